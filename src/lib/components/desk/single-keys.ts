/** [WCAG 2.1.4] Shortcuts of one key can be turned off (account page), for who dictates or whose hands tremble. */

/** The cookie that remembers it, in this browser. */
const OFF = /(?:^|; )escale_keys=off(?:;|$)/;

/** Whether a key by itself may do something now. @param cookies `document.cookie` */
export const singleKeysAreOn = (cookies: string): boolean => !OFF.test(cookies);
