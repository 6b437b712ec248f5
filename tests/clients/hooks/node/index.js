'use strict';

// A validation test in the manner of the AWS tutorial: it asks the new release, and reports what it found to CodeDeploy.

const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require('@aws-sdk/client-codedeploy');

const codedeploy = new CodeDeployClient({});

exports.handler = async (event) => {
  console.log('Entering the AfterAllowTestTraffic hook.');

  const deploymentId = event.DeploymentId;
  const lifecycleEventHookExecutionId = event.LifecycleEventHookExecutionId;

  let status = 'Failed';
  try {
    const response = await fetch(process.env.TEST_ENDPOINT);
    console.log(`${process.env.TEST_ENDPOINT} answers ${response.status}`);
    status = response.ok ? 'Succeeded' : 'Failed';
  } catch (error) {
    console.error('The new release does not answer:', error);
  }

  await codedeploy.send(
    new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status }),
  );
  console.log(`The validation test has ${status}.`);
};
