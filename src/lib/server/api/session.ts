/** Who is signed in, for a phone that remembers its operator. */
import type { SignedIn } from '#lib/server/access/sessions.ts';
import { publicProcedure, router } from './trpc.ts';

export const sessionRouter = router({
	/** Null: nobody. What only the person's own pages need stays out. */
	me: publicProcedure.query(({ ctx }): Pick<SignedIn, 'personId' | 'name' | 'structure' | 'role' | 'locale'> | null => {
		if (ctx.person === null) return null;
		const { personId, name, structure, role, locale } = ctx.person;
		return { personId, name, structure, role, locale };
	})
});
