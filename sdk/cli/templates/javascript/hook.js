// Asks the new release for one path, and fails the deployment unless it answers 200.

import { testUrl } from 'greenlight:hook/deployment@{{contract}}';
import { check } from 'greenlight:hook/report@{{contract}}';
import { get } from 'wasi:config/store@0.2.0-rc.1';

export const validator = {
  async validate() {
    const base = testUrl();
    if (!base) return { tag: 'fail', val: 'this deployment has no test listener; add one to the deployment group' };
    const path = get('path') ?? '/health';
    const response = await fetch(base + path);
    const detail = `GET ${path} answered ${response.status}, expected 200`;
    check('status', response.status === 200 ? 'pass' : 'fail', detail);
    return response.status === 200 ? { tag: 'pass' } : { tag: 'fail', val: detail };
  },
};
