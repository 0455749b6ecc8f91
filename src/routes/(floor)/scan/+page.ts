// The shell that the service worker answers every floor address with.
export const prerender = true;
