/** What the states and reasons of webhooks and their deliveries are called. */
import { m } from '#lib/paraglide/messages.js';

const STATES: Record<string, () => string> = {
	active: m.integrations_state_active,
	held: m.integrations_state_held,
	disabled: m.integrations_state_disabled
};
const REASONS: Record<string, () => string> = {
	restored: m.integrations_reason_restored,
	failures: m.integrations_reason_failures,
	gone: m.integrations_reason_gone,
	secret: m.integrations_reason_secret,
	key_revoked: m.integrations_reason_key_revoked,
	by_hand: m.integrations_reason_by_hand
};
const DELIVERIES: Record<string, () => string> = {
	pending: m.integrations_delivery_pending,
	processing: m.integrations_delivery_processing,
	processed: m.integrations_delivery_processed,
	failed: m.integrations_delivery_failed
};

export const webhookState = (state: string): string => STATES[state]?.() ?? state;
export const webhookReason = (reason: string): string => REASONS[reason]?.() ?? reason;
export const deliveryState = (state: string): string => DELIVERIES[state]?.() ?? state;
