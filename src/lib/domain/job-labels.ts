/** Jobs and the states of their runs as people call them; a job that has no words here goes by its name. */
import type { Locale } from './labels.ts';

const JOBS: Record<string, Record<Locale, string>> = {
	backup: { fr: 'Sauvegarde', en: 'Backup' },
	scope: { fr: 'Dossiers clos retirés des téléphones', en: 'Closed cases leave the phones' },
	upkeep: { fr: 'Entretien de la base', en: 'Database upkeep' },
	prune: { fr: 'Nettoyage de ce qui est périmé', en: 'Removal of what is over' },
	compact: { fr: 'Compactage de l’historique', en: 'Compaction of history' },
	'size-sample': { fr: 'Relevé des tailles', en: 'Size sample' },
	'mail-queue': { fr: 'Envoi des courriels', en: 'Mail delivery' },
	webhooks: { fr: 'Envoi aux intégrations', en: 'Delivery to integrations' }
};

export const jobLabel = (name: string, locale: Locale): string =>
	Object.hasOwn(JOBS, name) ? JOBS[name]![locale] : name;

export const JOB_STATES = {
	pending: { fr: 'en attente', en: 'waiting' },
	running: { fr: 'en cours', en: 'running' },
	done: { fr: 'faite', en: 'done' },
	failed: { fr: 'en échec', en: 'failed' },
	cancelled: { fr: 'annulée', en: 'cancelled' },
	interrupted: { fr: 'interrompue', en: 'interrupted' }
} as const satisfies Record<string, Record<Locale, string>>;

export type JobState = keyof typeof JOB_STATES;
