// Loaded into every supervised process: when the launcher is gone, however it went, the process ends cleanly instead of living on unseen.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
