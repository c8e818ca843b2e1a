import { ConfigError, flushLogger, type HttpApp, type Logger } from '#platform';

/**
 * Runs a service as this process: listens, stops cleanly at the first SIGINT or SIGTERM, and ends with exit code 1, its reason in the log, if it cannot
 * start or stop.
 */
export const runService = async (logger: Logger, create: () => Promise<HttpApp>): Promise<void> => {
  const fail = async (error: unknown, what: string): Promise<void> => {
    // What is wrong with a configuration is said in its message; where it was found is of no use.
    if (error instanceof ConfigError) logger.fatal({ problems: error.problems }, what);
    else logger.fatal({ err: error }, what);
    await flushLogger(logger);
    process.exit(1); // connections to the stores may keep the process alive
  };
  try {
    const service = await create();
    const stop = (): void => {
      service
        .close()
        .then(() => flushLogger(logger))
        .catch((error: unknown) => fail(error, 'the service did not stop cleanly'));
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    logger.info({ url: await service.listen() }, 'the service listens');
  } catch (error) {
    await fail(error, 'the service cannot start');
  }
};
