// Logs in as a user would, over several requests with cookies, and sees that the session holds and ends.

import { testUrl } from 'greenlight:hook/deployment@0.1.0';
import { check, log } from 'greenlight:hook/report@0.1.0';
import { get } from 'wasi:config/store@0.2.0-rc.1';

import { Session } from './session.js';

const config = (key, fallback) => get(key) ?? fallback;

/** The flow, a step each: what is asked, and what must come of it. */
function steps(settings) {
  const credentials = new URLSearchParams({ user: settings.user, password: settings.password });
  return [
    { name: 'closed before login', path: settings.privatePath, expect: settings.deniedStatus },
    {
      name: 'wrong password is refused',
      method: 'POST',
      path: settings.loginPath,
      body: new URLSearchParams({ user: settings.user, password: `not ${settings.password}` }),
      expect: settings.deniedStatus,
    },
    { name: 'login', method: 'POST', path: settings.loginPath, body: credentials, expect: 200, cookie: true },
    { name: 'open after login', path: settings.privatePath, expect: 200, contains: settings.user },
    { name: 'logout', method: 'POST', path: settings.logoutPath, expect: 200 },
    { name: 'closed after logout', path: settings.privatePath, expect: settings.deniedStatus },
  ];
}

/** What is wrong with an answer, or nothing. */
function problem(step, answer, session) {
  if (answer.status !== step.expect) return `answered ${answer.status}, expected ${step.expect}`;
  if (step.cookie && session.isEmpty()) return `answered ${answer.status} without a cookie`;
  if (step.contains && !answer.text.includes(step.contains)) return `the page does not name ${step.contains}`;
}

export const validator = {
  async validate() {
    const base = testUrl();
    if (!base) return { tag: 'fail', val: 'this deployment has no test listener; add one to the deployment group' };
    const settings = {
      user: config('user', 'greenlight'),
      password: config('password', ''),
      loginPath: config('login_path', '/login'),
      privatePath: config('private_path', '/account'),
      logoutPath: config('logout_path', '/logout'),
      deniedStatus: Number(config('denied_status', '401')),
    };
    const session = new Session(base);
    for (const step of steps(settings)) {
      const asked = `${step.method ?? 'GET'} ${step.path}`;
      let wrong;
      try {
        wrong = problem(step, await session.ask(step), session);
      } catch (error) {
        wrong = `no answer: ${error.message}`;
      }
      check(step.name, wrong ? 'fail' : 'pass', wrong ? `${asked} ${wrong}` : `${asked} answered ${step.expect}`);
      // Later steps build on this one: they would only repeat what went wrong.
      if (wrong) return { tag: 'fail', val: `${step.name}: ${asked} ${wrong}` };
    }
    log('info', `${settings.user} logged in and out`);
    return { tag: 'pass' };
  },
};
