/**
 * Refusals about shipments, their parties and their steps, and those that any command can get, as in `sayings-notes.ts`.
 */
import type { Saying } from './sentences.ts';

export const SHIPMENT_SAYINGS = {
	invalid_args: {
		rule: '§10',
		fr: ['Saisie invalide', 'Le champ « {field|field} » n’est pas valable.'],
		en: ['Invalid entry', 'The field “{field|field}” is not valid.']
	},
	too_large: {
		rule: 'sync §2',
		fr: ['Trop long', 'C’est trop long pour être enregistré. Raccourcissez le texte ou la liste.'],
		en: ['Too long', 'This is too long to be recorded. Shorten the text or the list.']
	},
	not_saved: {
		rule: 'sync §2',
		fr: [
			'Pas enregistré',
			'L’appareil n’a pas pu enregistrer ce scan. Libérez de la place sur l’appareil, puis scannez à nouveau.'
		],
		en: ['Not saved', 'The device could not save this scan. Free some space on the device, then scan again.']
	},
	unknown_mutation: {
		rule: 'sync §4',
		fr: ['Action inconnue', 'Le serveur ne connaît pas l’action « {name} ». Mettez l’application à jour.'],
		en: ['Unknown action', 'The server does not know the action “{name}”. Update the application.']
	},
	dismissed: {
		rule: 'sync §2',
		fr: ['Abandonné', 'Abandonné avant l’envoi[ : {by}, {at|time}].'],
		en: ['Dismissed', 'Dismissed before it was sent[: {by}, {at|time}].']
	},
	forbidden: {
		rule: '§9',
		fr: ['Pas autorisé', 'Il faut le rôle {role|role} pour cela. Demandez à quelqu’un qui l’a.'],
		en: ['Not allowed', 'This needs the role {role|role}. Ask somebody who has it.']
	},
	shift_over: {
		rule: '§9',
		fr: ['Fin de poste', 'Le poste de {by} est terminé. Tapez le code PIN, puis recommencez.'],
		en: ['Shift over', 'The shift of {by} has ended. Type the PIN, then do it again.']
	},
	not_found: {
		rule: '§10',
		fr: ['Introuvable', '{what|thing} n’existe pas, ou n’est plus sur cet appareil.'],
		en: ['Not found', '{what|thing} does not exist, or is no longer on this device.']
	},
	contact_inactive: {
		rule: 'P1',
		fr: ['Contact inactif', '{name} n’est plus actif. Choisissez un autre contact.'],
		en: ['Contact inactive', '{name} is no longer active. Choose another contact.']
	},
	destination_inactive: {
		rule: 'P1',
		fr: ['Destination inactive', '{name} n’est plus desservie. Choisissez une autre destination.'],
		en: ['Destination inactive', '{name} is no longer served. Choose another destination.']
	},
	shipment_archived: {
		rule: 'S5',
		fr: ['Expédition archivée', '{reference|reference} est archivée[ : {by}, {at|time}].'],
		en: ['Shipment archived', '{reference|reference} is archived[: {by}, {at|time}].']
	},
	case_closed: {
		rule: 'D4',
		fr: ['Dossier clos', 'Le dossier {reference|reference} est clos[ : {by}, {at|time}]. Seul un litige le rouvre.'],
		en: ['Case closed', 'Case {reference|reference} is closed[: {by}, {at|time}]. Only a dispute reopens it.']
	},
	shipment_disputed: {
		rule: 'D2',
		fr: [
			'En litige',
			'{reference|reference} est en litige (« {reason} »)[ : {by}, {at|time}]. N’y touchez pas avant sa résolution.'
		],
		en: [
			'Disputed',
			'{reference|reference} is disputed (“{reason}”)[: {by}, {at|time}]. Leave it until that is resolved.'
		]
	},
	shipment_locked: {
		rule: 'S2',
		fr: [
			'Expédition verrouillée',
			'{reference|reference} est « {status|shipment} » : plus rien n’y entre ni n’en sort. Posez le colis à part.'
		],
		en: [
			'Shipment locked',
			'{reference|reference} is “{status|shipment}”: nothing goes in or out. Put the carton aside.'
		]
	},
	stale_base: {
		rule: '§11',
		fr: [
			'Changé entre-temps',
			'Quelqu’un a changé {field|field} entre-temps[ : « {value|value} »][, {by}, {at|time}]. Relisez, puis recommencez.'
		],
		en: [
			'Changed meanwhile',
			'Somebody changed {field|field} meanwhile[: “{value|value}”][, {by}, {at|time}]. Look again, then redo it.'
		]
	},
	cycle_changed: {
		rule: 'D5',
		fr: [
			'Planification recommencée',
			'{reference|reference} a recommencé sa planification (cycle {cycle}). Relisez l’expédition.'
		],
		en: [
			'Planning started again',
			'{reference|reference} started its planning again (cycle {cycle}). Look at it again.'
		]
	},
	dispute_changed: {
		rule: 'D5',
		fr: ['Autre litige', '{reference|reference} a un autre litige : « {reason} »[, {by}, {at|time}].'],
		en: ['Another dispute', '{reference|reference} has another dispute: “{reason}”[, {by}, {at|time}].']
	},
	changed_since: {
		rule: 'sync §2',
		fr: ['Changé depuis', 'Le colis {code} a changé depuis : il ne peut plus être remis comme avant.'],
		en: ['Changed since', 'Carton {code} changed since: it can no longer be put back as it was.']
	},
	not_undoable: {
		rule: '§11',
		fr: ['Ne s’annule pas', '« {command|command} » ne s’annule pas.'],
		en: ['Cannot be undone', '“{command|command}” cannot be undone.']
	},
	not_own: {
		rule: 'sync §2',
		fr: ['Pas votre action', 'Chacun n’annule que ses propres actions.'],
		en: ['Not your action', 'Everyone takes back only their own actions.']
	},
	step_not_allowed: {
		rule: 'T1',
		fr: [
			'Étape impossible',
			'« {step|step} » ne suit pas « {status|shipment} » pour {reference|reference}[. Possible : {allowed|steps}].'
		],
		en: [
			'Step not possible',
			'“{step|step}” does not follow “{status|shipment}” for {reference|reference}[. Possible: {allowed|steps}].'
		]
	},
	shipment_not_planned: {
		rule: 'C15',
		fr: [
			'Pas planifiée',
			'{reference|reference} est « {status|shipment} » : on ne charge qu’une expédition planifiée.'
		],
		en: ['Not planned', '{reference|reference} is “{status|shipment}”: only a planned shipment is loaded.']
	},
	no_cartons: {
		rule: 'T2',
		fr: ['Aucun colis', '{reference|reference} n’a aucun colis. Affectez-en d’abord.'],
		en: ['No carton', '{reference|reference} has no carton. Assign some first.']
	},
	cartons_not_assigned: {
		rule: 'T2',
		fr: ['Colis pas prêts', 'Dans {reference|reference}, {count|cartons} encore à l’emballage.'],
		en: ['Cartons not ready', 'In {reference|reference}, {count|cartons} still being packed.']
	},
	cartons_not_labeled: {
		rule: 'T2',
		fr: ['Colis à étiqueter', 'Dans {reference|reference}, il reste à étiqueter {count|cartons}[ : {codes}].'],
		en: ['Cartons to label', 'In {reference|reference}, still to be labelled: {count|cartons}[: {codes}].']
	},
	parties_incomplete: {
		rule: 'S4',
		fr: ['Contacts manquants', 'Il manque à l’expédition {reference|reference} : {missing|parties}.'],
		en: ['Parties missing', 'Shipment {reference|reference} lacks: {missing|parties}.']
	},
	contact_role_missing: {
		rule: 'S3',
		fr: ['Mauvais rôle', '{name} n’a pas le rôle {party|party}.'],
		en: ['Wrong role', '{name} does not have the role {party|party}.']
	},
	closure_incomplete: {
		rule: 'K1',
		fr: ['Dossier incomplet', '{reference|reference} est « {status|shipment} »[ ; il manque : {missing|steps}].'],
		en: ['Case incomplete', '{reference|reference} is “{status|shipment}”[; missing: {missing|steps}].']
	},
	not_archivable: {
		rule: 'S5',
		fr: [
			'Pas archivable',
			'{reference|reference} est « {status|shipment} » : seuls une création sans colis ou un dossier clos s’archivent.'
		],
		en: [
			'Cannot be archived',
			'{reference|reference} is “{status|shipment}”: only a draft without cartons or a closed case can be.'
		]
	},
	occurred_at_out_of_range: {
		rule: 'T4',
		fr: ['Date impossible', 'La date doit être entre {earliest|time} et {latest|time}.'],
		en: ['Impossible time', 'The time must be between {earliest|time} and {latest|time}.']
	},
	correspondent_not_configured: {
		rule: 'P4',
		fr: ['Pas de correspondant', 'Aucun correspondant n’est configuré pour {destination}.'],
		en: ['No correspondent', 'No correspondent is configured for {destination}.']
	},
	correspondent_out_of_scope: {
		rule: 'P4',
		fr: ['Correspondant hors périmètre', '{name} n’est pas correspondant pour {destination}.'],
		en: ['Correspondent out of scope', '{name} is not a correspondent for {destination}.']
	},
	shipper_out_of_scope: {
		rule: 'P6',
		fr: ['Expéditeur hors périmètre', '{name} n’expédie pas vers {destination}.'],
		en: ['Shipper out of scope', '{name} does not ship to {destination}.']
	},
	recipient_not_linked: {
		rule: 'P6',
		fr: ['Destinataire non lié', '{name} n’est pas lié à l’expéditeur {shipper}.'],
		en: ['Recipient not linked', '{name} is not linked to the shipper {shipper}.']
	},
	recipient_out_of_scope: {
		rule: 'P6',
		fr: ['Destinataire hors périmètre', '{name} ne reçoit pas à {destination}.'],
		en: ['Recipient out of scope', '{name} does not receive at {destination}.']
	},
	recipient_without_shipper: {
		rule: 'P5',
		fr: ['Expéditeur lié manquant', '{name} doit être lié à au moins un expéditeur.'],
		en: ['Linked shipper missing', '{name} must be linked to at least one shipper.']
	},
	server_fault: {
		rule: 'sync §4',
		fr: ['Erreur du serveur', 'Le serveur n’a pas pu traiter cette action. Le bureau est prévenu.'],
		en: ['Server fault', 'The server could not handle this action. The desk has been told.']
	}
} as const satisfies Record<string, Saying>;
