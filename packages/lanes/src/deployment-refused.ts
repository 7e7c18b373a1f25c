/** The process or command must not work on the deployment: it is another bot's, or is split in another way. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
}
