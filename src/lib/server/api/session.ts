/** Who is signed in, for a phone that remembers its operator; and how another worker takes the phone over. */
import type { SignInKind } from '#lib/domain/roles.ts';
import { switchInput, type SwitchOutput } from '#lib/protocol/envelope.ts';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import { passing } from './passing.ts';
import { deviceProcedure, publicProcedure, router } from './trpc.ts';

type Me = Pick<SignedIn, 'personId' | 'name' | 'structure' | 'role' | 'locale'> & {
	signedInBy: SignInKind;
	/** When the session ends, ISO. */
	until: string;
};

export const sessionRouter = router({
	/** Null: nobody. What only the person's own pages need stays out. */
	me: publicProcedure.query(({ ctx }): Me | null => {
		if (ctx.person === null) return null;
		const { personId, name, structure, role, locale, signedInBy, expiresAt } = ctx.person;
		return { personId, name, structure, role, locale, signedInBy, until: expiresAt };
	}),

	/** [I21] By badge and PIN, on a device that is registered; no session is needed, and whoever had one here loses it. */
	switchOperator: deviceProcedure.input(switchInput).mutation(({ ctx, input }): Promise<SwitchOutput> =>
		passing(async () => {
			const { world, device, address, userAgent } = ctx;
			const { output, token } = await world.access.badges.switchTo({
				...input,
				deviceId: device.id,
				address: address(),
				userAgent
			});
			if (token !== null) ctx.keepSession(token);
			return output;
		})
	)
});
