/**
 * What /api/v1 answers when it does not do what was asked: RFC 9457 problem details with a stable `code`, in the asker's
 * language. A rule that says no has the rule book's own code and sentence.
 */
import type { Locale } from '#lib/domain/labels.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { headline, sentence } from '#lib/domain/sentences.ts';
import { m } from '#lib/paraglide/messages.js';

/** The server's own codes with their statuses; docs/api.md and the document list them. */
export const PROBLEMS = {
	invalid_query: 400,
	invalid_json: 400,
	idempotency_key_missing: 400,
	key_missing: 401,
	key_unknown: 401,
	scope_missing: 403,
	not_found: 404,
	method_not_allowed: 405,
	already_exists: 409,
	feed_restarted: 410,
	too_large: 413,
	not_json: 415,
	invalid_body: 422,
	idempotency_key_reused: 422,
	too_many_requests: 429,
	internal: 500,
	busy: 503
} as const satisfies Record<string, number>;

export type ProblemCode = keyof typeof PROBLEMS;

const WORDS: Record<ProblemCode, (how: { locale: Locale }) => string> = {
	invalid_query: (how) => m.integrations_problem_invalid_query({}, how),
	invalid_json: (how) => m.integrations_problem_invalid_json({}, how),
	idempotency_key_missing: (how) => m.integrations_problem_idempotency_key_missing({}, how),
	key_missing: (how) => m.integrations_problem_key_missing({}, how),
	key_unknown: (how) => m.integrations_problem_key_unknown({}, how),
	scope_missing: (how) => m.integrations_problem_scope_missing({}, how),
	not_found: (how) => m.integrations_problem_not_found({}, how),
	method_not_allowed: (how) => m.integrations_problem_method_not_allowed({}, how),
	already_exists: (how) => m.integrations_problem_already_exists({}, how),
	feed_restarted: (how) => m.integrations_problem_feed_restarted({}, how),
	too_large: (how) => m.integrations_problem_too_large({}, how),
	not_json: (how) => m.integrations_problem_not_json({}, how),
	invalid_body: (how) => m.integrations_problem_invalid_body({}, how),
	idempotency_key_reused: (how) => m.integrations_problem_idempotency_key_reused({}, how),
	too_many_requests: (how) => m.integrations_problem_too_many_requests({}, how),
	internal: (how) => m.integrations_problem_internal({}, how),
	busy: (how) => m.integrations_problem_busy({}, how)
};

/** One sentence on what the code means. */
export const problemWords = (code: ProblemCode, locale: Locale): string => WORDS[code]({ locale });

interface Extra {
	/** Each field that is wrong, by its path. */
	errors?: { path: string; message: string }[];
	/** The scope that the key lacks. */
	scope?: string;
	allow?: string[];
	retryAfterSeconds?: number;
}

/** Thrown by what an operation runs; `answerProblem` makes the answer of it. */
export class Problem extends Error {
	override readonly name = 'Problem';
	constructor(
		readonly code: ProblemCode,
		readonly extra: Extra = {}
	) {
		super(code);
	}
}

/** A rule said no; nothing was changed. */
export class RuleProblem extends Error {
	override readonly name = 'RuleProblem';
	constructor(readonly rejection: Rejection) {
		super(rejection.code);
	}
}

/** What is wrong with the arguments is 422, a fault of the server 500; everything else stands in the way now, and may not later. */
const RULE_STATUS: Partial<Record<Rejection['code'], number>> = {
	invalid_args: 422,
	not_found: 422,
	occurred_at_out_of_range: 422,
	too_large: 413,
	forbidden: 403,
	server_fault: 500
};

export interface Reader {
	locale: Locale;
	siteTimeZone: string;
	requestId: string;
}

export function answerProblem(problem: Problem | RuleProblem, { locale, siteTimeZone, requestId }: Reader): Response {
	if (problem instanceof RuleProblem) {
		const { rejection } = problem;
		const { code, params, entities } = rejection;
		const field = code === 'invalid_args' ? String(params['field'] ?? '') : null;
		return send(RULE_STATUS[code] ?? 409, locale, {
			code,
			title: headline(rejection, locale),
			detail: sentence(rejection, locale, siteTimeZone),
			request_id: requestId,
			params,
			entities,
			...(field === null ? {} : { errors: [{ path: field, message: sentence(rejection, locale, siteTimeZone) }] })
		});
	}
	const { code, extra } = problem;
	const { errors, scope, allow, retryAfterSeconds } = extra;
	const more: Record<string, string> = {};
	if (allow !== undefined) more['allow'] = allow.join(', ');
	if (retryAfterSeconds !== undefined) more['retry-after'] = String(retryAfterSeconds);
	if (PROBLEMS[code] === 401) more['www-authenticate'] = 'X-Escale-Key';
	const words = problemWords(code, locale);
	const body = { code, title: words, detail: words, request_id: requestId };
	return send(
		PROBLEMS[code],
		locale,
		{ ...body, ...(errors === undefined ? {} : { errors }), ...(scope === undefined ? {} : { scope }) },
		more
	);
}

function send(
	status: number,
	locale: Locale,
	body: { code: string } & Record<string, unknown>,
	headers: Record<string, string> = {}
): Response {
	return new Response(JSON.stringify({ type: `/api/v1/docs#${body.code}`, status, ...body }), {
		status,
		headers: { 'content-type': 'application/problem+json', 'content-language': locale, ...headers }
	});
}
