//go:build !wasip1

package main

import (
	"github.com/spf13/cobra"
)

func newCompletion(t *terminal) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "a script that lets a shell complete commands, flags and names",
		Example: "  source <(lab completion bash)\n" +
			"  lab completion fish > ~/.config/fish/completions/lab.fish",
		ValidArgs: shells,
		Args:      oneOf("shell", shells),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(t.out, true)
			case "zsh":
				return root.GenZshCompletion(t.out)
			case "fish":
				return root.GenFishCompletion(t.out, true)
			}
			return root.GenPowerShellCompletionWithDesc(t.out)
		},
	}
}
