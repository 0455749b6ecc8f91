/**
 * The rule book's words in both languages (§1): statuses, steps, roles, commands. Screens show these, sentences are
 * built from them; nothing else gives a status a name.
 */
import type { Mode } from './codes.ts';
import type { CommandName } from './commands.ts';
import type { BoardAlert, Progress } from './progress.ts';
import type { NamedThing, UnusableKind } from './refuse.ts';
import type { CartonStatus, ContactRole, Role, ShipmentStatus, TimelineKind, TrackingStep } from './rows.ts';

export const LOCALES = ['fr', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

type Words<K extends string> = Record<K, Record<Locale, string>>;

const CARTON: Words<CartonStatus> = {
	draft: { fr: 'Création', en: 'Draft' },
	picking: { fr: 'Préparation', en: 'Packing' },
	packed: { fr: 'Prêt', en: 'Ready' },
	assigned: { fr: 'Affecté', en: 'Assigned' },
	labeled: { fr: 'Étiqueté', en: 'Labelled' },
	shipped: { fr: 'Expédié', en: 'Shipped' }
};

const SHIPMENT: Words<ShipmentStatus> = {
	draft: { fr: 'Création', en: 'Draft' },
	picking: { fr: 'En cours', en: 'In progress' },
	packed: { fr: 'Prêt', en: 'Ready' },
	planned: { fr: 'Planifié', en: 'Planned' },
	shipped: { fr: 'Expédié', en: 'Shipped' },
	received_correspondent: { fr: 'Reçu escale', en: 'At the stopover' },
	delivered: { fr: 'Livré', en: 'Delivered' }
};

const STEP: Words<TrackingStep> = {
	planning_ok: { fr: 'Planning OK', en: 'Planning OK' },
	planned: { fr: 'Planifié', en: 'Planned' },
	moved_export: { fr: 'Transféré à l’export', en: 'Moved to export' },
	boarding_ok: { fr: 'Embarquement OK', en: 'Boarding OK' },
	received_correspondent: { fr: 'Reçu à l’escale', en: 'Received at the stopover' },
	received_recipient: { fr: 'Reçu par le destinataire', en: 'Received by the recipient' }
};

const ENTRY: Words<TimelineKind> = {
	step: { fr: 'Étape', en: 'Step' },
	dispute: { fr: 'Litige ouvert', en: 'Dispute opened' },
	resolve: { fr: 'Litige résolu', en: 'Dispute resolved' },
	reopen: { fr: 'Dossier rouvert', en: 'Case reopened' },
	edit: { fr: 'Modification', en: 'Edit' },
	promote: { fr: 'Référence définitive', en: 'Final reference' },
	close: { fr: 'Dossier clos', en: 'Case closed' },
	archive: { fr: 'Archivage', en: 'Archived' }
};

const ROLE: Words<Role> = {
	viewer: { fr: 'lecteur', en: 'viewer' },
	operator: { fr: 'opérateur', en: 'operator' },
	manager: { fr: 'responsable', en: 'manager' },
	admin: { fr: 'administrateur', en: 'administrator' },
	link: { fr: 'lien de suivi', en: 'tracking link' }
};

const PARTY: Words<ContactRole> = {
	shipper: { fr: 'expéditeur', en: 'shipper' },
	recipient: { fr: 'destinataire', en: 'recipient' },
	correspondent: { fr: 'correspondant', en: 'correspondent' },
	donor: { fr: 'donateur', en: 'donor' },
	carrier: { fr: 'transporteur', en: 'carrier' }
};

const COMMAND: Words<CommandName> = {
	'carton.create': { fr: 'Créer le colis', en: 'Create the carton' },
	'carton.pack': { fr: 'Emballer', en: 'Pack' },
	'carton.takeOut': { fr: 'Sortir du colis', en: 'Take out' },
	'carton.setStatus': { fr: 'Changer le statut', en: 'Change the status' },
	'carton.assign': { fr: 'Affecter', en: 'Assign' },
	'carton.remove': { fr: 'Retirer de l’expédition', en: 'Remove from the shipment' },
	'carton.label': { fr: 'Étiqueter', en: 'Label' },
	'carton.removeLabel': { fr: 'Retirer l’étiquette', en: 'Remove the label' },
	'carton.load': { fr: 'Charger', en: 'Load' },
	'carton.unload': { fr: 'Décharger', en: 'Unload' },
	'carton.move': { fr: 'Déplacer', en: 'Move' },
	'carton.unpack': { fr: 'Déballer', en: 'Unpack' },
	'carton.discard': { fr: 'Supprimer le colis', en: 'Discard the carton' },
	'label.printed': { fr: 'Imprimer une étiquette', en: 'Print a label' },
	'shipment.create': { fr: 'Créer l’expédition', en: 'Create the shipment' },
	'shipment.edit': { fr: 'Modifier l’expédition', en: 'Edit the shipment' },
	'shipment.track': { fr: 'Enregistrer une étape', en: 'Record a step' },
	'shipment.dispute': { fr: 'Ouvrir un litige', en: 'Open a dispute' },
	'shipment.resolve': { fr: 'Résoudre le litige', en: 'Resolve the dispute' },
	'shipment.close': { fr: 'Clore le dossier', en: 'Close the case' },
	'shipment.archive': { fr: 'Archiver', en: 'Archive' },
	'shipment.renewLink': { fr: 'Renouveler le lien de suivi', en: 'Renew the tracking link' },
	'refusal.handOver': { fr: 'Remettre au bureau', en: 'Hand to the office' },
	'refusal.settle': { fr: 'Régler le refus', en: 'Settle the refusal' },
	'contact.save': { fr: 'Enregistrer le contact', en: 'Save the contact' },
	'destination.save': { fr: 'Enregistrer la destination', en: 'Save the destination' }
};

const ALERT: Words<BoardAlert> = {
	boarding_late: { fr: 'Planifié sans embarquement depuis plus de 72 h', en: 'Planned, not boarded for over 72 h' },
	reception_late: {
		fr: 'Expédié sans réception à l’escale depuis plus de 72 h',
		en: 'Shipped, not received at the stopover for over 72 h'
	},
	delivery_late: {
		fr: 'Reçu à l’escale sans livraison depuis plus de 72 h',
		en: 'At the stopover, not delivered for over 72 h'
	}
};

const MODE: Words<Mode> = {
	pack: { fr: 'Emballer', en: 'Pack' },
	assign: { fr: 'Affecter', en: 'Assign' },
	label: { fr: 'Étiqueter', en: 'Label' },
	load: { fr: 'Charger', en: 'Load' },
	remove: { fr: 'Retirer', en: 'Remove' },
	unpack: { fr: 'Déballer', en: 'Unpack' },
	count: { fr: 'Inventaire', en: 'Count' },
	step: { fr: 'Étape', en: 'Step' },
	dispute: { fr: 'Litige', en: 'Dispute' }
};

/** With its article: "Ce colis n'existe pas…" is built around it. */
const THING: Words<NamedThing> = {
	carton: { fr: 'Ce colis', en: 'This carton' },
	shipment: { fr: 'Cette expédition', en: 'This shipment' },
	product: { fr: 'Ce produit', en: 'This product' },
	contact: { fr: 'Ce contact', en: 'This contact' },
	destination: { fr: 'Cette destination', en: 'This destination' },
	location: { fr: 'Cet emplacement', en: 'This location' },
	warehouse: { fr: 'Cet entrepôt', en: 'This warehouse' },
	refusal: { fr: 'Ce refus', en: 'This refusal' }
};

const UNUSABLE: Words<UnusableKind> = {
	empty: { fr: 'le code est vide', en: 'the code is empty' },
	long: { fr: 'le code est trop long', en: 'the code is too long' },
	gtin: { fr: 'c’est un code produit', en: 'it is a product code' },
	reference: { fr: 'c’est une référence d’expédition', en: 'it is a shipment reference' },
	url: { fr: 'c’est une adresse web', en: 'it is a web address' },
	mode: { fr: 'c’est une carte de mode', en: 'it is a mode card' },
	shipment: { fr: 'c’est une expédition', en: 'it is a shipment' },
	location: { fr: 'c’est un emplacement', en: 'it is a location' },
	person: { fr: 'c’est un badge', en: 'it is a badge' },
	product: { fr: 'c’est un produit', en: 'it is a product' }
};

const FIELD: Words<string> = {
	status: { fr: 'le statut', en: 'the status' },
	locationId: { fr: 'l’emplacement', en: 'the location' },
	destinationId: { fr: 'la destination', en: 'the destination' },
	shipperId: { fr: 'l’expéditeur', en: 'the shipper' },
	recipientId: { fr: 'le destinataire', en: 'the recipient' },
	correspondentId: { fr: 'le correspondant', en: 'the correspondent' },
	requestedOn: { fr: 'la date souhaitée', en: 'the requested date' },
	notes: { fr: 'les notes', en: 'the notes' },
	name: { fr: 'le nom', en: 'the name' },
	structure: { fr: 'la structure', en: 'the organisation' },
	address: { fr: 'l’adresse', en: 'the address' },
	roles: { fr: 'les rôles', en: 'the roles' },
	destinationIds: { fr: 'les destinations', en: 'the destinations' },
	linkedShipperIds: { fr: 'les expéditeurs liés', en: 'the linked shippers' },
	active: { fr: 'l’état (actif ou non)', en: 'the state (active or not)' },
	city: { fr: 'la ville', en: 'the city' },
	iata: { fr: 'le code IATA', en: 'the IATA code' },
	country: { fr: 'le pays', en: 'the country' }
};

/** What a table calls something; a word that a newer side knows and this one does not is shown as it is. */
function word<K extends string>(words: Words<K>, key: K, locale: Locale): string {
	return (words as Partial<Words<string>>)[key]?.[locale] ?? key;
}

export const cartonStatusLabel = (status: CartonStatus, locale: Locale): string => word(CARTON, status, locale);
export const shipmentStatusLabel = (status: ShipmentStatus, locale: Locale): string => word(SHIPMENT, status, locale);
export const stepLabel = (step: TrackingStep, locale: Locale): string => word(STEP, step, locale);
export const timelineLabel = (kind: TimelineKind, locale: Locale): string => word(ENTRY, kind, locale);
export const roleLabel = (role: Role, locale: Locale): string => word(ROLE, role, locale);
export const partyLabel = (party: ContactRole, locale: Locale): string => word(PARTY, party, locale);
export const commandLabel = (name: CommandName, locale: Locale): string => word(COMMAND, name, locale);
export const alertLabel = (alert: BoardAlert, locale: Locale): string => word(ALERT, alert, locale);
export const modeLabel = (mode: Mode, locale: Locale): string => word(MODE, mode, locale);
export const thingLabel = (thing: NamedThing, locale: Locale): string => word(THING, thing, locale);
export const unusableLabel = (kind: UnusableKind, locale: Locale): string => word(UNUSABLE, kind, locale);
export const fieldLabel = (field: string, locale: Locale): string => word(FIELD, field, locale);
/** Of a carton or of a shipment: `picking` and `draft` are words of both, so the kind is told. */
export const statusLabel = (
	status: CartonStatus | ShipmentStatus,
	locale: Locale,
	of: 'carton' | 'shipment' = 'carton'
): string => (of === 'carton' ? word<string>(CARTON, status, locale) : word<string>(SHIPMENT, status, locale));

/** [S1] CRÉATION, EN COURS (n/m), PRÊT…, with the prefix "Litige - " while disputed. */
export function progressLabel({ status, ready, total, disputed }: Progress, locale: Locale): string {
	const name = shipmentStatusLabel(status, locale).toLocaleUpperCase(locale);
	const progress = status === 'picking' ? `${name} (${ready}/${total})` : name;
	return disputed ? `${locale === 'fr' ? 'Litige' : 'Dispute'} - ${progress}` : progress;
}
