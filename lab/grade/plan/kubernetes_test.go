package plan

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

// TestKubernetes reads the plan as Kubernetes does, where a field that it does
// not know is an error.
func TestKubernetes(t *testing.T) {
	o := options()
	documents := bytes.Split(written(t, "kubernetes", o), []byte("\n---\n"))
	if len(documents) != 3 {
		t.Fatalf("%d documents, want a comment, a policy and a job", len(documents))
	}
	var policy networking.NetworkPolicy
	if err := yaml.UnmarshalStrict(documents[1], &policy); err != nil {
		t.Fatal(err)
	}
	var job batch.Job
	if err := yaml.UnmarshalStrict(documents[2], &job); err != nil {
		t.Fatalf("%v\n%s", err, documents[2])
	}
	s := job.Spec
	if job.Kind != "Job" || *s.CompletionMode != batch.IndexedCompletion || *s.Completions != 6 || *s.Parallelism != 6 ||
		*s.BackoffLimitPerIndex != attempts-1 || *s.ActiveDeadlineSeconds != 90*60*attempts*6 || *s.TTLSecondsAfterFinished <= 0 {
		t.Errorf("spec = %+v", s)
	}
	pod := s.Template.Spec
	if pod.RestartPolicy != core.RestartPolicyNever || *pod.ActiveDeadlineSeconds != 90*60 || *pod.AutomountServiceAccountToken {
		t.Errorf("pod = %+v", pod)
	}
	if labels := s.Template.Labels; labels["app"] != policy.Spec.PodSelector.MatchLabels["app"] || len(policy.Spec.PolicyTypes) != 2 ||
		len(policy.Spec.Ingress)+len(policy.Spec.Egress) != 0 {
		t.Errorf("the policy %+v does not close the network to pods with %v", policy.Spec, labels)
	}
	grade := pod.Containers[0]
	if want := append([]string{"/grader/lab"}, graded(atGrades(o))...); !slices.Equal(expanded(grade.Command), want) {
		t.Errorf("command = %q\nwant      %q", expanded(grade.Command), want)
	}
	if e := grade.Env[0]; e.Name != "JOB_COMPLETIONS" || e.Value != "6" {
		t.Errorf("env = %+v", e)
	}
	for _, c := range append(pod.InitContainers, grade) {
		checkContainer(t, c)
	}
	for _, rule := range s.PodFailurePolicy.Rules {
		if e := rule.OnExitCodes; e != nil && *e.ContainerName != pod.InitContainers[0].Name && *e.ContainerName != grade.Name {
			t.Errorf("a rule for container %q, which the pod has not", *e.ContainerName)
		}
	}
}

func atGrades(o Options) Options {
	o.Grades = gradesDir
	return o
}

// checkContainer holds a container to what every one of them must be.
func checkContainer(t *testing.T, c core.Container) {
	t.Helper()
	s := c.SecurityContext
	if *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || !slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}) {
		t.Errorf("%s: security = %+v", c.Name, s)
	}
	if c.Resources.Limits.Cpu().Value() != 2 || c.Resources.Limits.Memory().Value() != 3<<30 {
		t.Errorf("%s: limits = %v", c.Name, c.Resources.Limits)
	}
	for _, m := range c.VolumeMounts {
		if m.Name == "class" && m.MountPath == volumeDir && !m.ReadOnly {
			t.Errorf("%s: can write into the submissions", c.Name)
		}
		if c.Name == "grade" && m.Name == "grader" && !m.ReadOnly {
			t.Error("grade: can write into the grader")
		}
	}
}

// expanded does what Kubernetes does with the words of a command where no
// variable is set: $$ is $, and nothing else changes.
func expanded(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, strings.ReplaceAll(w, "$$", "$"))
	}
	return out
}
