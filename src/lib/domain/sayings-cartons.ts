/**
 * Refusals about cartons, their content and their codes, as in `sayings-notes.ts`: what stands in the way and, where it
 * helps, what to do with the carton in one's hands.
 */
import type { Saying } from './sentences.ts';

export const CARTON_SAYINGS = {
	carton_discarded: {
		rule: 'C14',
		fr: ['Colis supprimé', 'Le colis {code} a été supprimé le {at|time}. Prenez une autre étiquette.'],
		en: ['Carton discarded', 'Carton {code} was discarded on {at|time}. Take another label.']
	},
	carton_linked_elsewhere: {
		rule: 'C4',
		fr: ['Pas cette expédition', 'Le colis {code} est dans l’expédition {reference|reference}. Posez-le à part.'],
		en: ['Not this shipment', 'Carton {code} is in shipment {reference|reference}. Put it aside.']
	},
	carton_not_linked: {
		rule: '§11',
		fr: ['Plus dans l’expédition', 'Le colis {code} n’est dans aucune expédition. Posez-le à part ou affectez-le.'],
		en: ['Not in the shipment', 'Carton {code} is in no shipment. Put it aside or assign it.']
	},
	carton_shipped: {
		rule: 'C6',
		fr: ['Colis expédié', 'Le colis {code} est déjà parti avec {reference|reference}. Rien ne peut plus y changer.'],
		en: ['Carton shipped', 'Carton {code} already left with {reference|reference}. It can no longer change.']
	},
	carton_linked: {
		rule: 'C3',
		fr: [
			'Colis affecté',
			'Le colis {code} est dans {reference|reference} : son statut suit l’expédition. Retirez-le d’abord.'
		],
		en: [
			'Carton assigned',
			'Carton {code} is in {reference|reference}: its status follows the shipment. Remove it first.'
		]
	},
	carton_not_packed: {
		rule: 'C4',
		fr: ['Colis pas prêt', 'Le colis {code} est « {status|carton} ». Terminez l’emballage : « Prêt ».'],
		en: ['Carton not ready', 'Carton {code} is “{status|carton}”. Finish packing it: “Ready”.']
	},
	carton_empty: {
		rule: 'C3',
		fr: ['Colis vide', 'Le colis {code} est vide. Emballez d’abord.'],
		en: ['Empty carton', 'Carton {code} is empty. Pack it first.']
	},
	carton_not_assigned: {
		rule: 'C7',
		fr: [
			'Colis pas affecté',
			'Le colis {code} est « {status|carton} ». Affectez-le à une expédition avant de l’étiqueter.'
		],
		en: ['Carton not assigned', 'Carton {code} is “{status|carton}”. Assign it to a shipment before labelling.']
	},
	carton_not_labeled: {
		rule: 'C15',
		fr: ['Colis pas étiqueté', 'Le colis {code} est « {status|carton} ». Ne le chargez pas.'],
		en: ['Carton not labelled', 'Carton {code} is “{status|carton}”. Do not load it.']
	},
	carton_would_be_empty: {
		rule: 'C13',
		fr: ['Dernier article', 'Le colis {code} serait vide. Retirez-le d’abord de {reference|reference}.'],
		en: ['Last item', 'Carton {code} would be empty. Remove it from {reference|reference} first.']
	},
	carton_not_discardable: {
		rule: 'C14',
		fr: [
			'Colis utilisé',
			'Le colis {code} est « {status|carton} » ({count|lines}). Seul un colis vide en création se supprime.'
		],
		en: ['Carton in use', 'Carton {code} is “{status|carton}” ({count|lines}). Only an empty draft can be discarded.']
	},
	item_not_in_carton: {
		rule: 'C13',
		fr: ['Pas dans ce colis', 'Le colis {code} contient {inside} × {product}, pas {wanted} de ce lot.'],
		en: ['Not in this carton', 'Carton {code} holds {inside} × {product}, not {wanted} of that lot.']
	},
	product_inactive: {
		rule: 'L1',
		fr: ['Produit inactif', '{name} n’est plus utilisé. Posez-le à part et prévenez le bureau.'],
		en: ['Product inactive', '{name} is no longer in use. Put it aside and tell the desk.']
	},
	code_taken: {
		rule: 'R3',
		fr: ['Code déjà pris', 'Le code {code} est celui d’un autre colis. Prenez une autre étiquette.'],
		en: ['Code taken', 'Code {code} belongs to another carton. Take another label.']
	},
	code_not_usable: {
		rule: 'R3',
		fr: ['Pas une étiquette colis', '{code} ne peut pas être un code de colis : {kind|unusable}.'],
		en: ['Not a carton label', '{code} cannot be a carton’s code: {kind|unusable}.']
	},
	code_not_leased: {
		rule: 'R3',
		fr: [
			'Code inconnu ici',
			'Le code {code} n’a pas été donné à cet appareil. Synchronisez, ou prenez une autre étiquette.'
		],
		en: ['Code not ours', 'Code {code} was not given to this device. Synchronise, or take another label.']
	},
	check_character_wrong: {
		rule: 'R3',
		fr: ['Code mal lu', 'Le code {code} est faux : son caractère de contrôle ne correspond pas. Scannez à nouveau.'],
		en: ['Code misread', 'Code {code} is wrong: its check character does not match. Scan again.']
	},
	unknown_code: {
		rule: 'R4',
		fr: ['Code inconnu', 'Le code {code} n’est pas connu ici.'],
		en: ['Unknown code', 'Code {code} is not known here.']
	},
	lease_empty: {
		rule: 'R3',
		fr: ['Plus de codes', 'Cet appareil n’a plus de codes. Reconnectez-le, ou scannez une étiquette pré-imprimée.'],
		en: ['No codes left', 'This device has no codes left. Reconnect it, or scan a pre-printed label.']
	}
} as const satisfies Record<string, Saying>;
