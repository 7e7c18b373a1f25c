import type { Redis as Single } from 'ioredis';

/**
 * Sends no command that is settled. Of one that timed out, the caller was told that it failed, and may have done
 * something else since; ioredis (6.0.0) sends it all the same once the connection is back, on a cluster also to
 * another node. What a server that froze has received already it carries out when it goes on: no client can take
 * that back.
 */
export function sendNoSettled(connection: Single): void {
  const sendCommand = connection.sendCommand.bind(connection);
  connection.sendCommand = (command, ...rest) =>
    command.isSettled ? command.promise : sendCommand(command, ...rest);
}
