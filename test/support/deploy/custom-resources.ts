// The custom resources in deploy/, as far as it uses them, for the check of manifests against types. Written by hand from
// the references of the Prometheus operator (monitoring.coreos.com/v1) and of OpenShift (route.openshift.io/v1).

interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ServiceMonitor {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly kind: "ServiceMonitor";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly selector: {
      readonly matchExpressions: readonly {
        readonly key: string;
        readonly operator: "In";
        readonly values: readonly string[];
      }[];
    };
    readonly endpoints: readonly { readonly port: string; readonly path: string; readonly interval: string }[];
  };
}

export interface PrometheusRule {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly kind: "PrometheusRule";
  readonly metadata: ObjectMeta;
  readonly spec: { readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[] };
}

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Route {
  readonly apiVersion: "route.openshift.io/v1";
  readonly kind: "Route";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly host: string;
    readonly path: `/${string}`;
    readonly to: { readonly kind: "Service"; readonly name: string };
    readonly port: { readonly targetPort: string };
    readonly tls: { readonly termination: "edge"; readonly insecureEdgeTerminationPolicy: "Redirect" };
  };
}
