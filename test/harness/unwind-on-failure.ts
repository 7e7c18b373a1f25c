type Stop = () => unknown;

/** Runs `start`, which adds what stops its parts to `stops`. `stop` runs these in reverse, also if `start` fails. */
export async function unwindOnFailure<T>(
  start: (stops: Stop[], stop: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await start(stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}
