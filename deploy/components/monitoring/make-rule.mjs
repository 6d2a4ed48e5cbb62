// Prints prometheus-rule.yaml: deploy/alerts.yaml as a resource of the Prometheus operator. Kustomize cannot put a file
// into a field, so that the result is kept, and a test compares.
import { readFileSync } from "node:fs";

const HEADER = `# Made of deploy/alerts.yaml by make-rule.mjs. Do not edit: node make-rule.mjs > prometheus-rule.yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: tandem
spec:
`;

const alerts = readFileSync(new URL("../../alerts.yaml", import.meta.url), "utf8");
process.stdout.write(HEADER + alerts.replace(/^#.*\n/gm, "").replace(/^(?=.)/gm, "  "));
