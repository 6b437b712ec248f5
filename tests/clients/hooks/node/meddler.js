'use strict';

// A hook function that reports for a deployment that is not its own: whose it is told by its environment.

const { readFileSync, writeFileSync } = require('node:fs');
const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require('@aws-sdk/client-codedeploy');

const codedeploy = new CodeDeployClient({});

exports.handler = async (event) => {
  const other = JSON.parse(readFileSync(process.env.OTHERS_EVENT, 'utf8'));
  const report = (whose, status) =>
    codedeploy.send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: whose.DeploymentId,
        lifecycleEventHookExecutionId: whose.LifecycleEventHookExecutionId,
        status,
      }),
    );
  const outcome = await report(other, 'Succeeded').then(() => 'accepted', (error) => error.name);
  writeFileSync(process.env.OUTCOME, outcome);
  await report(event, 'Succeeded');
};
