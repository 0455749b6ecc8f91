/**
 * [§11] The office's inbox: what workers could not do, in words, with why it was refused, and what became of it. Read-only;
 * settling is a command like any other.
 */
import { commandLabel, stepLabel } from '#lib/domain/labels.ts';
import type { CommandName } from '#lib/domain/commands.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { TrackingStep } from '#lib/domain/rows.ts';
import { headline, sentence } from '#lib/domain/sentences.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { PhotoFiles } from '#lib/server/photos/photo-files.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { readDisputePhotos, type DisputePhoto } from './dispute-photos.ts';

export interface InboxRefusal {
	id: string;
	/** "Étiqueter". */
	what: string;
	/** What it was about: codes and references, then details such as "3 × Compresses". */
	about: string[];
	details: string[];
	/** The rule's sentence, as the worker read it. */
	why: string;
	note: string;
	by: string;
	at: string;
	links: { kind: 'carton' | 'shipment'; href: string }[];
	/** [D1] Of a dispute that was refused; the oldest first. */
	photos: DisputePhoto[];
	settled: { by: string; at: string; note: string } | null;
}

export interface Inbox {
	/** The oldest first: whoever waits longest. */
	open: InboxRefusal[];
	/** Open ones that are not shown. */
	more: number;
	/** The newest first. */
	settled: InboxRefusal[];
}

const MOST_OPEN = 100;
const MOST_SETTLED = 30;

export const countOpenRefusals = (reader: PrismaClient): Promise<number> =>
	reader.refusal.count({ where: { settledAt: null } });

export async function readInbox(
	reader: PrismaClient,
	files: Pick<PhotoFiles, 'has'>,
	siteTimeZone: string
): Promise<Inbox> {
	const [total, open, settled] = await Promise.all([
		countOpenRefusals(reader),
		reader.refusal.findMany({ where: { settledAt: null }, orderBy: { handedAt: 'asc' }, take: MOST_OPEN }),
		reader.refusal.findMany({
			where: { settledAt: { not: null } },
			orderBy: { settledAt: 'desc' },
			take: MOST_SETTLED
		})
	]);
	const records = [...open, ...settled];
	const named = await readNames(
		reader,
		records.map((record) => JSON.parse(record.arguments) as Record<string, unknown>)
	);
	const rejections = await readRejections(
		reader,
		records.map(({ id }) => id)
	);
	const photos = await readDisputePhotos(reader, files, { disputeIds: records.flatMap(disputesOf) });
	const show = (record: (typeof records)[number]): InboxRefusal => ({
		id: record.id,
		...wordsOf(record.command, JSON.parse(record.arguments) as Record<string, unknown>, named),
		why: whyOf(rejections.get(record.id), record.code, siteTimeZone),
		note: record.note,
		by: record.handedBy,
		at: record.handedAt,
		photos: disputesOf(record).flatMap((id) => photos[id] ?? []),
		settled:
			record.settledBy === null || record.settledAt === null
				? null
				: { by: record.settledBy, at: record.settledAt, note: record.settlement ?? '' }
	});
	return { open: open.map(show), more: total - open.length, settled: settled.map(show) };
}

/** The dispute that could not be opened, if it was one. */
const disputesOf = (record: { command: string; arguments: string }): string[] =>
	record.command === ('shipment.dispute' satisfies CommandName)
		? textAt(JSON.parse(record.arguments) as Record<string, unknown>, 'disputeId')
		: [];

/** How the things that commands named are called, by id. */
interface Names {
	cartons: Map<string, string>;
	shipments: Map<string, string>;
	products: Map<string, string>;
}

const textAt = (args: Record<string, unknown>, key: string): string[] =>
	typeof args[key] === 'string' ? [args[key]] : [];

interface Item {
	productId: string;
	quantity: number;
}

/** What came from a phone is believed only where it has the form. */
const itemsOf = (args: Record<string, unknown>): Item[] =>
	Array.isArray(args['items'])
		? (args['items'] as Partial<Item>[]).filter(
				(item): item is Item => typeof item?.productId === 'string' && typeof item.quantity === 'number'
			)
		: [];

const shipmentsIn = (args: Record<string, unknown>): string[] => [
	...new Set([...textAt(args, 'intoShipmentId'), ...textAt(args, 'shipmentId')])
];

async function readNames(reader: PrismaClient, all: readonly Record<string, unknown>[]): Promise<Names> {
	const ids = (of: (args: Record<string, unknown>) => string[]) => ({ in: [...new Set(all.flatMap(of))] });
	const [cartons, shipments, products] = await Promise.all([
		reader.carton.findMany({
			where: { id: ids((args) => textAt(args, 'cartonId')) },
			select: { id: true, code: true }
		}),
		reader.shipment.findMany({
			where: { id: ids(shipmentsIn) },
			select: { id: true, reference: true, temporaryReference: true }
		}),
		reader.product.findMany({
			where: { id: ids((args) => itemsOf(args).map(({ productId }) => productId)) },
			select: { id: true, name: true }
		})
	]);
	return {
		cartons: new Map(cartons.map(({ id, code }) => [id, code])),
		shipments: new Map(shipments.map((row) => [row.id, row.reference ?? row.temporaryReference ?? ''])),
		products: new Map(products.map(({ id, name }) => [id, name]))
	};
}

function wordsOf(
	command: string,
	args: Record<string, unknown>,
	named: Names
): Pick<InboxRefusal, 'what' | 'about' | 'details' | 'links'> {
	const [cartonId] = textAt(args, 'cartonId');
	const code = (cartonId === undefined ? undefined : named.cartons.get(cartonId)) ?? textAt(args, 'code')[0];
	const shipments = shipmentsIn(args).filter((id) => named.shipments.has(id));
	const step = textAt(args, 'step').map((one) => stepLabel(one as TrackingStep, getLocale()));
	const items = itemsOf(args).map(({ productId, quantity }) =>
		m.refusals_items({ count: quantity, product: named.products.get(productId) ?? m.refusals_unknown_product() })
	);
	return {
		what: commandLabel(command as CommandName, getLocale()),
		about: [...(code === undefined ? [] : [code]), ...shipments.map((id) => named.shipments.get(id) ?? '')],
		details: [...step, ...items, ...textAt(args, 'reason')],
		links: [
			...(code === undefined || cartonId === undefined || !named.cartons.has(cartonId)
				? []
				: [{ kind: 'carton' as const, href: `/cartons/${encodeURIComponent(code)}` }]),
			...shipments.map((id) => ({ kind: 'shipment' as const, href: `/shipments/${id}` }))
		]
	};
}

/** The verdicts themselves, where this server gave them. */
async function readRejections(reader: PrismaClient, uids: readonly string[]): Promise<Map<string, Rejection>> {
	const results = await reader.mutationResult.findMany({
		where: { uid: { in: [...uids] } },
		select: { uid: true, answer: true }
	});
	return new Map(
		results.flatMap(({ uid, answer }) => {
			const { rejection } = JSON.parse(answer) as { rejection?: Rejection };
			return rejection === undefined ? [] : [[uid, rejection] as const];
		})
	);
}

/** A phone's word alone has only the code: then the few big words of it. */
function whyOf(rejection: Rejection | undefined, code: string, siteTimeZone: string): string {
	if (rejection !== undefined) return sentence(rejection, getLocale(), siteTimeZone);
	return headline({ code: code as Rejection['code'], params: {}, entities: [] }, getLocale());
}
