import { getLocale } from '#lib/paraglide/runtime.js';
import { readDocs } from '#lib/server/integrations/docs-page.ts';
import type { PageServerLoad } from './$types';

/** A text to read: no program goes with it. */
export const csr = false;

export const load: PageServerLoad = ({ locals: { world } }) => readDocs(world.settings.origin, getLocale());
