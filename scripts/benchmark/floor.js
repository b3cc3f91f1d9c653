'use strict';
// The floor: the resources of an assembly, built by plain JavaScript CDK. `floor.py` wrote the plan that it follows.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const [, , planFile, checked] = process.argv;
const plan = JSON.parse(fs.readFileSync(planFile, 'utf8'));
const load = Module.createRequire(path.join(plan.libraries, 'node_modules', 'floor.js'));
const cdk = load('aws-cdk-lib');
const { CfnInclude } = load('aws-cdk-lib/cloudformation-include');

const app = new cdk.App({ context: plan.context, outdir: plan.outdir });
build(app, plan.stacks);
for (const stage of plan.stages) build(new cdk.Stage(app, stage.id, { env: stage.env }), stage.stacks);
if (checked) {
  const nag = load('cdk-nag');
  const packs = plan.packs.map((pack) => new nag[pack](app, { writeSuppressionsToCloudFormation: true, verbose: true }));
  cdk.Validations.of(app).addPlugins(...packs);
}
app.synth();

function build(scope, stacks) {
  for (const { id, template, name, env, overrides, accepted } of stacks) {
    const stack = new cdk.Stack(scope, id, { stackName: name, env });
    const included = new CfnInclude(stack, 'Include', { templateFile: template });
    for (const [resource, where, value] of overrides) included.getResource(resource).addOverride(where, value);
    if (!checked) continue;
    for (const [resource, rules] of Object.entries(accepted)) {
      const acknowledgements = Object.entries(rules).map(([rule, reason]) => ({ id: rule, reason }));
      cdk.Validations.of(included.getResource(resource)).acknowledge(...acknowledgements);
    }
  }
}
