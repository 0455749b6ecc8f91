import { modeCard, MODES, type Mode } from '#lib/domain/codes.ts';
import { qrSymbol, type QrSymbol } from '#lib/server/documents/qr-symbol.ts';
import type { PageServerLoad } from './$types';

/** [R4] The symbol of each mode's card. */
export const load: PageServerLoad = () => ({
	symbols: Object.fromEntries(MODES.map((mode) => [mode, qrSymbol(modeCard(mode))])) as Record<Mode, QrSymbol>
});
