// The floor is a program that lives in the browser: it opens without a server, so the server renders none of it.
export const ssr = false;
