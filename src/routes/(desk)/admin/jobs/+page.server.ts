import { fail, type RequestEvent } from '@sveltejs/kit';
import { jobLabel } from '#lib/domain/job-labels.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { recordAudit, type AuditAct } from '#lib/server/access/audit.ts';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import { JobFailed } from '#lib/server/jobs/job.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { world } = adminOnly(event);
	const runs = world.jobs.recent();
	const askers = await world.reader.person.findMany({
		where: { id: { in: [...new Set(runs.map(({ askedBy }) => askedBy))] } },
		select: { id: true, name: true }
	});
	const names = new Map(askers.map(({ id, name }) => [id, name]));
	return {
		jobs: world.jobs.list(),
		runs: runs.map((run) => ({ ...run, askedBy: names.get(run.askedBy) ?? null, by: run.askedBy }))
	};
};

const audit = ({ store, clock }: ServerWorld, person: SignedIn, act: AuditAct, subjectId: string) =>
	store.write((db) =>
		recordAudit(db, { at: clock().toISOString(), actorId: person.personId, act, subjectKind: 'job', subjectId })
	);

async function asked(event: RequestEvent) {
	const { world, person } = adminOnly(event);
	const form = await event.request.formData();
	const field = (name: string) => String(form.get(name) ?? '').slice(0, 80);
	return { world, person, field };
}

const said = (kind: 'ok' | 'note', text: string) => ({ answer: { kind, text } });
const refused = (status: number, text: string) => fail(status, { answer: { kind: 'no' as const, text } });

export const actions: Actions = {
	run: async (event) => {
		const { world, person, field } = await asked(event);
		const name = field('job');
		try {
			await world.jobs.ask(name, { by: person.personId, dryRun: field('dryRun') === 'true' });
		} catch (error) {
			if (error instanceof JobFailed) return refused(400, m.jobs_unknown());
			throw error;
		}
		await audit(world, person, 'job.run', name);
		return said('ok', m.jobs_asked({ job: jobLabel(name, getLocale()) }));
	},
	retry: async (event) => {
		const { world, person } = await asked(event);
		const retried = await world.jobs.retry(person.personId);
		for (const { job } of retried) await audit(world, person, 'job.retry', job);
		if (retried.length === 0) return said('note', m.jobs_nothing_failed());
		return said('ok', m.jobs_retried({ jobs: retried.map(({ job }) => jobLabel(job, getLocale())).join(', ') }));
	},
	cancel: async (event) => {
		const { world, person, field } = await asked(event);
		if (!(await world.jobs.cancel(field('run')))) return refused(409, m.jobs_over());
		await audit(world, person, 'job.cancel', field('run'));
		return said('ok', m.jobs_cancelled());
	},
	purge: async (event) => {
		const { world, person, field } = await asked(event);
		const which = field('which') === 'pending' ? 'pending' : 'failed';
		if (which === 'pending' && field('sure') !== 'yes') return refused(400, m.jobs_purge_needs_sure());
		const count = await world.jobs.purge(which);
		await audit(world, person, 'job.purge', which);
		return said('ok', m.jobs_purged({ count }));
	}
};
