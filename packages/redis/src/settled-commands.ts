import type { Redis as Single } from 'ioredis';

/**
 * Keeps a connection from sending commands that are already settled. The caller of a command that timed out has seen
 * it fail and may have moved on, but ioredis (6.0.0) still sends it once the connection is back, on a cluster even to
 * another node. A frozen server executes what it had already received; no client can prevent that.
 */
export function skipSettledCommands(connection: Single): void {
  const sendCommand = connection.sendCommand.bind(connection);
  connection.sendCommand = (command, ...rest) =>
    command.isSettled ? command.promise : sendCommand(command, ...rest);
}
