/**
 * What happened to a shipment of the demo after its cartons were ready: steps, a dispute, its resolution, a closure, each
 * said at the desk, and the loading check by phone.
 */
import type { Command } from '#lib/domain/commands.ts';
import type { TrackingStep } from '#lib/domain/rows.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { DemoClock } from './demo-clock.ts';
import type { DemoUser } from './demo-people.ts';
import type { DemoPhone } from './demo-phone.ts';
import { STOPOVERS } from './demo-places.ts';
import type { Story, StoryEvent } from './demo-stories.ts';

const MINUTE_MS = 60_000;

interface Teller {
	clock: DemoClock;
	user: (role: DemoUser['role']) => DemoUser;
	atDesk: (user: DemoUser, command: Command, at: number) => Promise<void>;
}

export async function tellEvents(
	teller: Teller,
	{ story, shipmentId, cartonIds }: { story: Story; shipmentId: string; cartonIds: readonly string[] },
	phone: DemoPhone
): Promise<void> {
	let cycle = 1;
	let disputeId = '';
	for (const event of story.events) {
		const at = teller.clock.at(event.at);
		if (event.kind === 'dispute') disputeId = newUuid();
		await teller.atDesk(teller.user('manager'), commandOf(event, { story, shipmentId, cycle, disputeId }), at);
		// Every dispute of the stories is resolved after the lock (D5).
		if (event.kind === 'resolve') cycle++;
		if (event.kind === 'step' && event.step === 'planned') loadSome(phone, story, { shipmentId, cartonIds, cycle, at });
	}
}

interface Subject {
	story: Story;
	shipmentId: string;
	cycle: number;
	disputeId: string;
}

function commandOf(event: StoryEvent, { story, shipmentId, cycle, disputeId }: Subject): Command {
	switch (event.kind) {
		case 'step': {
			const comment = event.comment === undefined ? {} : { comment: event.comment };
			return {
				name: 'shipment.track',
				args: { shipmentId, step: event.step, cycle, ...authorOf(event.step, story), ...comment }
			};
		}
		case 'dispute':
			return { name: 'shipment.dispute', args: { shipmentId, disputeId, reason: event.reason } };
		case 'resolve':
			return { name: 'shipment.resolve', args: { shipmentId, disputeId, comment: event.comment } };
		case 'close':
			return { name: 'shipment.close', args: { shipmentId } };
	}
}

/** T3: receptions are told by the stopover, the rest by the warehouse. */
function authorOf(step: TrackingStep, { to }: Story): { actorName: string; actorStructure: string } {
	const { city, receives } = STOPOVERS.find(({ iata }) => iata === to)!;
	if (step === 'received_correspondent' || step === 'received_recipient')
		return { actorName: `Correspondant ${city}`, actorStructure: receives };
	return { actorName: 'Responsable expéditions', actorStructure: 'Entrepôt Roissy' };
}

/** C15. Queued; whoever tells the stories drains the phone. */
function loadSome(
	phone: DemoPhone,
	story: Story,
	{ shipmentId, cartonIds, cycle, at }: { shipmentId: string; cartonIds: readonly string[]; cycle: number; at: number }
): void {
	cartonIds.slice(0, story.loaded ?? 0).forEach((cartonId, i) => {
		phone.did({ name: 'carton.load', args: { cartonId, shipmentId, cycle } }, at + (30 + i) * MINUTE_MS);
	});
}
