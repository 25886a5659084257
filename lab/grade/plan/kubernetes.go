package plan

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// kubernetes writes an Indexed Job, and the policy that closes the network to it.
func kubernetes(w io.Writer, o Options) error {
	if err := local("volume", o.Class, o.Grades, o.Binary); err != nil {
		return err
	}
	if o.Image == "" || o.Claim == "" {
		return errors.New("a plan for Kubernetes names a container image and a volume claim")
	}
	about, err := fill("kubernetes.txt", map[string]any{"Plan": o, "Merging": o.merging(o.Grades), "Name": jobName})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, about); err != nil {
		return err
	}
	return documents(w, networkPolicy(), job(o))
}

// jobName names the job, and labels its tasks.
const jobName = "lab-grade"

// The folders of a container.
const (
	volumeDir = "/class"  // the whole volume, to be read
	gradesDir = "/grades" // its folder of results, to be written
	graderDir = "/grader" // the grader, as it was checked
)

// keptFor is how long a finished job can be looked at, in seconds.
const keptFor = 7 * 24 * 3600

// networkPolicy lets the tasks neither send nor receive.
func networkPolicy() tree {
	return tree{
		"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
		"metadata": tree{"name": jobName},
		"spec": tree{
			"podSelector": tree{"matchLabels": tree{"app": jobName}},
			"policyTypes": []string{"Ingress", "Egress"},
		},
	}
}

// job is the Indexed Job: index 0 grades share 1.
func job(o Options) tree {
	seconds := o.minutes() * 60
	return tree{
		"apiVersion": "batch/v1", "kind": "Job",
		"metadata": tree{"name": jobName, "labels": tree{"app": jobName}},
		"spec": tree{
			"completionMode": "Indexed", "completions": o.Shards, "parallelism": o.Shards,
			"backoffLimitPerIndex": attempts - 1,
			// Were the cluster to run one task after the other, each as often as it may.
			"activeDeadlineSeconds":   seconds * attempts * o.Shards,
			"ttlSecondsAfterFinished": keptFor,
			"podFailurePolicy":        tree{"rules": failures()},
			"template": tree{
				"metadata": tree{"labels": tree{"app": jobName}},
				"spec":     pod(o, seconds),
			},
		},
	}
}

// failures say which task is worth another attempt: not one whose command line or
// grader is wrong. A task that lost its machine has not used an attempt up.
func failures() []tree {
	exit := func(container string, status int) tree {
		return tree{"action": "FailJob",
			"onExitCodes": tree{"containerName": container, "operator": "In", "values": []int{status}}}
	}
	return []tree{
		{"action": "Ignore", "onPodConditions": []tree{{"type": "DisruptionTarget"}}},
		exit("check", wrongGrader),
		exit("grade", misuse),
	}
}

// pod is one task: the grader is checked and copied to where nobody changes it
// any more, then it grades.
func pod(o Options, seconds int) tree {
	grader := tree{"name": "grader", "mountPath": graderDir}
	class := tree{"name": "class", "mountPath": volumeDir, "readOnly": true}
	grades := tree{"name": "class", "mountPath": gradesDir, "subPath": word(o.Grades)}
	tmp := tree{"name": "tmp", "mountPath": "/tmp"}
	check := container("check", o, checkWords(o), class, grader)
	grade := container("grade", o, gradeWords(o), class, grades, readOnly(grader), tmp)
	grade["env"] = []tree{{"name": "JOB_COMPLETIONS", "value": word(strconv.Itoa(o.Shards))}}
	return tree{
		"restartPolicy": "Never", "activeDeadlineSeconds": seconds,
		"automountServiceAccountToken": false, "enableServiceLinks": false,
		"securityContext": tree{
			"runAsNonRoot": true, "runAsUser": nobody, "runAsGroup": nobody,
			"fsGroup": nobody, "fsGroupChangePolicy": "OnRootMismatch",
			"seccompProfile": tree{"type": "RuntimeDefault"},
		},
		"initContainers": []tree{check},
		"containers":     []tree{grade},
		"volumes": []tree{
			{"name": "class", "persistentVolumeClaim": tree{"claimName": word(o.Claim)}},
			{"name": "grader", "emptyDir": tree{"sizeLimit": "512Mi"}},
			{"name": "tmp", "emptyDir": tree{"sizeLimit": "4Gi"}},
		},
	}
}

// nobody is the user and the group that a task runs as.
const nobody = 65534

// readOnly is a mount that is not written into.
func readOnly(mount tree) tree {
	return tree{"name": mount["name"], "mountPath": mount["mountPath"], "readOnly": true}
}

// container runs a command within the limits of a task.
func container(name string, o Options, command []any, mounts ...tree) tree {
	size := tree{"cpu": word(strconv.Itoa(o.Jobs)), "memory": fmt.Sprintf("%dMi", o.memory())}
	return tree{
		"name": name, "image": word(o.Image), "command": command, "workingDir": volumeDir,
		"resources": tree{"requests": size, "limits": size},
		"securityContext": tree{
			"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
			"capabilities": tree{"drop": []string{"ALL"}},
		},
		"volumeMounts": mounts,
	}
}

// checkWords hold the grader against its checksum, and copy it.
func checkWords(o Options) []any {
	return []any{"sh", "-ceu", unexpanded(checkGrader + "cp -- \"$1\" " + graderDir + "/lab\n"),
		"sh", word(unexpanded(o.Binary)), o.Sum}
}

// gradeWords start the grader.
func gradeWords(o Options) []any {
	o.Grades = gradesDir
	before, behind := o.grading()
	command := []any{graderDir + "/lab"}
	for _, w := range append(before, behind...) {
		command = append(command, word(unexpanded(w)))
	}
	return command
}

// unexpanded is a word that Kubernetes leaves alone: it puts variables in for
// $(NAME), and reads $$ as $.
func unexpanded(word string) string { return strings.ReplaceAll(word, "$", "$$") }
