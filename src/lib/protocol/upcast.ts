/**
 * [I22] What older releases wrote. The arguments of a command count versions; when their meaning changes, its list here gets
 * one more step, and mutations that phones have kept for months are read as if they had been made today. Steps are never
 * changed or removed. Pure; phone and server read their queues and pushes through it.
 */
import type { CommandName } from '#lib/domain/commands.ts';

/** The arguments of one version as those of the next. What it cannot read it returns as it is: the schema refuses it. */
export type Upcast = (args: unknown) => unknown;

/** Of each command the steps from version 1 on; none: it is as it ever was. */
export const UPCASTS: Partial<Record<CommandName, readonly Upcast[]>> = {};

/** The version that is written now. */
export const commandVersion = (name: CommandName, upcasts = UPCASTS): number => 1 + (upcasts[name]?.length ?? 0);

/** Is this a version that we ever wrote? */
export const isKnownVersion = (name: CommandName, version: number, upcasts = UPCASTS): boolean =>
	version >= 1 && version <= commandVersion(name, upcasts);

/** @param version a known one */
export const upcast = (name: CommandName, version: number, args: unknown, upcasts = UPCASTS): unknown =>
	(upcasts[name] ?? []).slice(version - 1).reduce<unknown>((older, step) => step(older), args);
