/**
 * The same command for many rows of a list. Each is decided by the rule book by itself, as if its own form had been sent;
 * the answer tells what became of each.
 */
import { z } from 'zod';
import type { CommandArgs, CommandName } from '#lib/domain/commands.ts';
import { runAtDesk, type Answer, type Desk } from './run.ts';

/** What one press may ask for. */
const MAX_ROWS = 200;

export interface BulkAnswer {
	ok: number;
	/** Where the wanted effect already held. */
	noted: number;
	/** What was refused, and why. */
	refused: { id: string; name: string; text: string }[];
}

const bulkForm = z.object({
	uid: z.uuid(),
	ids: z
		.array(z.string().regex(/^[\w-]{1,40}$/))
		.min(1)
		.max(MAX_ROWS)
});

export interface Chosen {
	uid: string;
	ids: string[];
	/** Of cartons: the shipment that each was seen in; null: in none. */
	seen: ReadonlyMap<string, string | null>;
}

/**
 * The rows that a form chose, each `<id>` or, of a carton, `<id>/<the shipment seen>`; null where it chose none, too many, or
 * not by the page.
 */
export function chosenRows(form: FormData): Chosen | null {
	const seen = new Map<unknown, string | null>();
	for (const value of form.getAll('ids')) {
		const [id, shipmentId = ''] = String(value).split('/');
		seen.set(id, shipmentId === '' ? null : shipmentId);
	}
	const parsed = bulkForm.safeParse({ uid: form.get('uid'), ids: [...seen.keys()] });
	return parsed.success ? { ...parsed.data, seen: seen as Map<string, string | null> } : null;
}

/**
 * All in one group transaction, in the order given. The form's uid makes one for each row, so that sending it twice does
 * each thing once.
 * @param names how each row is called in an answer, by id
 */
export async function runForEach<N extends CommandName>(
	desk: Desk,
	{ uid, ids }: Pick<Chosen, 'uid' | 'ids'>,
	command: N,
	args: (id: string) => CommandArgs[N],
	names: ReadonlyMap<string, string>
): Promise<BulkAnswer> {
	const outcomes = await Promise.all(ids.map((id) => runAtDesk(desk, `${uid}.${id}`, command, args(id), '')));
	const of = (kind: Answer['kind']) => outcomes.filter(({ answer }) => answer.kind === kind).length;
	return {
		ok: of('ok'),
		noted: of('note'),
		refused: ids.flatMap((id, i) => {
			const { answer } = outcomes[i]!;
			return answer.kind === 'no' ? [{ id, name: names.get(id) ?? id, text: answer.text }] : [];
		})
	};
}
