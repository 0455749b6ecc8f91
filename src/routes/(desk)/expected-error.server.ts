/** As the whole site refuses: the desk's pages lie too deep to reach it by themselves. */
export { error } from '../expected-error.server.ts';
