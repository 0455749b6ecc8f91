/**
 * What the audit log knows of, in words: every act that only an admin, or whoever sits at the server, may do. The act's word is stored,
 * so it never changes its meaning; a new kind of act is a new line here.
 */
import type { Locale } from './labels.ts';

export const AUDIT_ACTS = {
	// people
	'user.create': { fr: 'Compte créé', en: 'Account created' },
	'user.invite': { fr: 'Lien d’accès donné', en: 'Access link given' },
	'user.set_role': { fr: 'Rôle changé', en: 'Role changed' },
	'user.deactivate': { fr: 'Compte désactivé', en: 'Account deactivated' },
	'user.reactivate': { fr: 'Compte réactivé', en: 'Account reactivated' },
	'user.reset_password': { fr: 'Mot de passe réinitialisé', en: 'Password reset' },
	'user.replace_badge': { fr: 'Badge remplacé', en: 'Badge replaced' },
	'user.change_password': { fr: 'Mot de passe changé', en: 'Password changed' },
	'account_request.approve': { fr: 'Demande de compte acceptée', en: 'Account request approved' },
	'account_request.refuse': { fr: 'Demande de compte refusée', en: 'Account request refused' },
	'device.rename': { fr: 'Appareil renommé', en: 'Device renamed' },
	'device.revoke': { fr: 'Appareil révoqué', en: 'Device revoked' },
	'salvage.hand_over': { fr: 'File récupérée transmise au bureau', en: 'Salvaged queue handed to the office' },
	'salvage.discard': { fr: 'File récupérée écartée', en: 'Salvaged queue discarded' },
	'queue.import': { fr: 'File d’un téléphone importée', en: 'Phone’s queue imported' },
	'device.seen_loss': { fr: 'Perte d’un appareil constatée', en: 'Loss of a device acknowledged' },
	'device.confirm': { fr: 'Appareil confirmé', en: 'Device confirmed' },
	'restore.end_wait': { fr: 'Attente des téléphones arrêtée', en: 'Wait for phones ended' },
	'restore.seen': { fr: 'Rapport de restauration lu', en: 'Restore report read' },

	// mail
	'mail.process': { fr: 'File d’envoi traitée', en: 'Mail queue processed' },
	'mail.retry': { fr: 'Envoi relancé', en: 'Delivery tried again' },
	'mail.release': { fr: 'Courriels retenus libérés', en: 'Held mail released' },
	'mail.discard': { fr: 'Courriels retenus écartés', en: 'Held mail discarded' },

	// jobs and maintenance
	'job.run': { fr: 'Tâche lancée', en: 'Job run' },
	'job.retry': { fr: 'Tâches en échec relancées', en: 'Failed jobs retried' },
	'job.cancel': { fr: 'Tâche annulée', en: 'Job cancelled' },
	'job.purge': { fr: 'Exécutions de tâches oubliées', en: 'Job runs forgotten' },
	'maintenance.plan': { fr: 'Maintenance annoncée', en: 'Maintenance planned' },
	'maintenance.on': { fr: 'Maintenance commencée', en: 'Maintenance begun' },
	'maintenance.off': { fr: 'Maintenance terminée', en: 'Maintenance ended' },
	'maintenance.note': { fr: 'Note d’incident publiée', en: 'Incident note published' },

	// integrations
	'api_key.create': { fr: 'Clé d’API créée', en: 'API key created' },
	'api_key.revoke': { fr: 'Clé d’API révoquée', en: 'API key revoked' },
	'webhook.create': { fr: 'Webhook créé', en: 'Webhook created' },
	'webhook.remove': { fr: 'Webhook supprimé', en: 'Webhook removed' },
	'webhook.enable': { fr: 'Webhook activé', en: 'Webhook enabled' },
	'webhook.disable': { fr: 'Webhook désactivé', en: 'Webhook disabled' },
	'webhook.renew_secret': { fr: 'Secret d’un webhook renouvelé', en: 'Secret of a webhook renewed' },
	'webhook.retry': { fr: 'Envoi d’un webhook relancé', en: 'Delivery of a webhook tried again' }
} as const satisfies Record<string, Record<Locale, string>>;

export type AuditAct = keyof typeof AUDIT_ACTS;

export const isAuditAct = (word: string): word is AuditAct => Object.hasOwn(AUDIT_ACTS, word);

/** An act of a newer release, met after a roll-back, shows its word. */
export const auditActLabel = (act: string, locale: Locale): string => (isAuditAct(act) ? AUDIT_ACTS[act][locale] : act);
