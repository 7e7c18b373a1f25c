/** The process or command must not work on the deployment: it is another bot's, or its data has to be upgraded first. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
}
