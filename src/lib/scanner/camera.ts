/**
 * The door to the camera. Everything behind it (engine, worker, fallback) is loaded when a worker first opens the camera, so
 * that those who use a hardware scanner never pay for it.
 */
import type { Camera, CameraOptions } from './ports.ts';

/** Loads the camera's code; nothing is asked of the phone before `start()`. Rejects when the code cannot be loaded. */
export async function loadCamera(options: CameraOptions): Promise<Camera> {
	// eslint-disable-next-line fence/dynamic-import -- lazy by design: the engine must not be in the initial bundle of /scan.
	const { CameraSource } = await import('./camera-source.ts');
	return new CameraSource(options);
}
