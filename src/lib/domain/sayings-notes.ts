/**
 * What people hear when nothing had to be done, or when something was done that they should know (noops and notes).
 * One row a code: its rule, and in each language two to four big words and one sentence. `[…]` is left out when a
 * parameter in it is not known; `{at|time}` names a filter of `sentences.ts`.
 */
import type { NoopCode, NoteCode } from './rejections.ts';
import type { Saying } from './sentences.ts';

export const NOTE_SAYINGS: Record<NoopCode | NoteCode, Saying> = {
	already_in_status: {
		rule: 'C3',
		fr: ['Déjà {status|carton}', 'Le colis {code} est déjà « {status|carton} » : {by}, {at|time}.'],
		en: ['Already {status|carton}', 'Carton {code} is already “{status|carton}”: {by}, {at|time}.']
	},
	already_assigned: {
		rule: 'C4',
		fr: ['Déjà affecté', 'Le colis {code} est déjà dans l’expédition {reference|reference}[ : {by}, {at|time}].'],
		en: ['Already assigned', 'Carton {code} is already in shipment {reference|reference}[: {by}, {at|time}].']
	},
	already_removed: {
		rule: 'C6',
		fr: ['Déjà retiré', 'Le colis {code} n’est dans aucune expédition[ : {by}, {at|time}].'],
		en: ['Already removed', 'Carton {code} is in no shipment[: {by}, {at|time}].']
	},
	already_labeled: {
		rule: 'C7',
		fr: ['Déjà étiqueté', 'Le colis {code} est déjà étiqueté : {by}, {at|time}.'],
		en: ['Already labelled', 'Carton {code} is already labelled: {by}, {at|time}.']
	},
	already_unlabeled: {
		rule: 'C7',
		fr: ['Déjà sans étiquette', 'Le colis {code} n’a pas d’étiquette : {by}, {at|time}.'],
		en: ['No label', 'Carton {code} has no label: {by}, {at|time}.']
	},
	already_loaded: {
		rule: 'C15',
		fr: ['Déjà chargé', 'Le colis {code} est déjà chargé pour {reference|reference}[ : {by}, {at|time}].'],
		en: ['Already loaded', 'Carton {code} is already loaded for {reference|reference}[: {by}, {at|time}].']
	},
	already_unloaded: {
		rule: 'C15',
		fr: ['Pas chargé', 'Le colis {code} n’est pas chargé pour {reference|reference}[ : {by}, {at|time}].'],
		en: ['Not loaded', 'Carton {code} is not loaded for {reference|reference}[: {by}, {at|time}].']
	},
	already_recorded: {
		rule: 'T1',
		fr: ['Déjà enregistré', '« {step|step} » est déjà enregistré pour {reference|reference} : {by}, {at|time}.'],
		en: ['Already recorded', '“{step|step}” is already recorded for {reference|reference}: {by}, {at|time}.']
	},
	already_disputed: {
		rule: 'D1',
		fr: ['Déjà en litige', '{reference|reference} est déjà en litige (« {reason} »)[ : {by}, {at|time}].'],
		en: ['Already disputed', '{reference|reference} is already disputed (“{reason}”)[: {by}, {at|time}].']
	},
	not_disputed: {
		rule: 'D3',
		fr: ['Pas de litige', '{reference|reference} n’est pas en litige[ ; résolu : {by}, {at|time}].'],
		en: ['No dispute', '{reference|reference} is not disputed[; resolved: {by}, {at|time}].']
	},
	already_closed: {
		rule: 'K1',
		fr: ['Déjà clos', 'Le dossier {reference|reference} est déjà clos[ : {by}, {at|time}].'],
		en: ['Already closed', 'Case {reference|reference} is already closed[: {by}, {at|time}].']
	},
	already_archived: {
		rule: 'S5',
		fr: ['Déjà archivé', 'L’expédition {reference|reference} est déjà archivée[ : {by}, {at|time}].'],
		en: ['Already archived', 'Shipment {reference|reference} is already archived[: {by}, {at|time}].']
	},
	already_created: {
		rule: '§10',
		fr: ['Déjà créé', '{name} existe déjà : {by}, {at|time}.'],
		en: ['Already created', '{name} already exists: {by}, {at|time}.']
	},
	already_there: {
		rule: '§11',
		fr: ['Déjà à sa place', 'Le colis {code} n’a pas bougé[ : emplacement {location}][, {by}, {at|time}].'],
		en: ['Already there', 'Carton {code} has not moved[: location {location}][, {by}, {at|time}].']
	},
	already_handed_over: {
		rule: '§11',
		fr: ['Déjà au bureau', 'Le bureau a déjà ce refus : {by}, {at|time}.'],
		en: ['Already handed over', 'The office already has this refusal: {by}, {at|time}.']
	},
	already_settled: {
		rule: '§11',
		fr: ['Déjà réglé', 'Ce refus est déjà réglé : {by}, {at|time} (« {note} »).'],
		en: ['Already settled', 'This refusal is already settled: {by}, {at|time} (“{note}”).']
	},
	nothing_changed: {
		rule: 'S6',
		fr: ['Rien à changer', '{reference|reference} a déjà ces valeurs.'],
		en: ['Nothing to change', '{reference|reference} already has these values.']
	},
	nothing_to_undo: {
		rule: '§11',
		fr: ['Rien à annuler', 'Cette action n’a rien changé, ou elle est déjà annulée.'],
		en: ['Nothing to undo', 'That action changed nothing, or it was undone already.']
	},
	label_removed: {
		rule: 'C5',
		fr: ['Étiquette périmée', 'L’étiquette ne correspond plus ({count|cartons} : {codes}). Réétiquetez.'],
		en: ['Label out of date', 'The label no longer matches ({count|cartons}: {codes}). Label again.']
	},
	not_loaded: {
		rule: 'C15',
		fr: [
			'Embarqué sans pointage',
			'Parti sans pointage au chargement de {reference|reference}, {count|cartons} : {codes}.'
		],
		en: ['Boarded unchecked', 'Boarded for {reference|reference} without a loading check, {count|cartons}: {codes}.']
	}
};
