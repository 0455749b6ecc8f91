/**
 * What a phone's sync calls (sync §3). Every call is a POST, since each carries a cookie or an epoch that no cache may
 * remember; what they mean is the store's.
 */
import { digestInput, helloInput, pullInput, pushInput, type PullOutput } from '#lib/protocol/envelope.ts';
import { healInput } from '#lib/protocol/healing.ts';
import { salvageInput } from '#lib/protocol/salvage.ts';
import { passing } from './passing.ts';
import { deviceProcedure, router, salvageProcedure } from './trpc.ts';

export const syncRouter = router({
	hello: deviceProcedure.input(helloInput).mutation(async ({ ctx, input }) => {
		const answer = await passing(() => ctx.world.store.hello(input, ctx.device.id));
		ctx.renewDevice();
		ctx.world.store.events.announce('devices', 'desks');
		return answer;
	}),
	push: deviceProcedure
		.input(pushInput)
		.mutation(({ ctx, input }) => passing(() => ctx.world.store.push(input, ctx.device.id))),
	heal: deviceProcedure
		.input(healInput)
		.mutation(({ ctx, input }) => passing(() => ctx.world.store.heal(input, ctx.device.id))),
	pull: deviceProcedure.input(pullInput).mutation(async ({ ctx, input }): Promise<PullOutput> => {
		const answer = await passing(() => ctx.world.store.pull(input, ctx.device.id));
		const { window } = ctx.world.maintenance;
		return answer.kind === 'page' && window !== null ? { ...answer, maintenance: window } : answer;
	}),
	digest: deviceProcedure
		.input(digestInput)
		.mutation(({ ctx, input }) => passing(() => ctx.world.store.digest(input, ctx.device.id))),
	salvage: salvageProcedure
		.input(salvageInput)
		.mutation(({ ctx, input }) => passing(() => ctx.world.access.salvage.offer(ctx.device, input)))
});
