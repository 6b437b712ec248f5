// Goes wrong as the config key `behaviour` says, in the ways in which programs in JavaScript do.

import { get } from 'wasi:config/store@0.2.0-rc.1';

function price(cart) {
  return cart.items.length;
}

export const validator = {
  async validate() {
    const held = [];
    switch (get('behaviour')) {
      case 'panic':
        price({});
        break;
      case 'loop':
        for (;;);
      case 'memory':
        for (;;) held.push(new Uint8Array(1 << 20).fill(1));
      default:
        await fetch('https://denied.example.com/');
    }
    return { tag: 'pass' };
  },
};
