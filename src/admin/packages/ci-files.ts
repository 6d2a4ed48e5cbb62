// The CI file that test packages get on both sides, so that something runs in staging. Pure.

/** The commit that adds it, on either side. */
export const CI_SUBJECT = "Add a CI file to try things with";

/**
 * Stands in for the distribution's checks: two jobs that need nothing and succeed. It runs for merge requests and, where a
 * project has no pipelines of those, for branches.
 */
export const FAKE_CI = `# Stands in for the distribution's checks of this test package.
stages: [build, test]

scratch-build:
  stage: build
  script:
    - echo "Pretending to build the package"

rpmlint:
  stage: test
  script:
    - echo "Pretending to check the package"
`;

/** The CI files of both sides as they are; undefined: none. */
export interface CiFiles<T> {
  readonly source: T | undefined;
  readonly dist: T | undefined;
}

/** What each side lacks, and gets: what the other side has, else the fake. What is there stays. */
export function missingCiFiles({ source, dist }: CiFiles<Buffer>): CiFiles<Buffer> {
  const content = dist ?? source ?? Buffer.from(FAKE_CI);
  return { source: source ? undefined : content, dist: dist ? undefined : content };
}
