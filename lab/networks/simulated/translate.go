//go:build !wasip1

package simulated

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"echolab/lab/text"
)

// memoryPages bounds the memory of one run: 1 GiB, in pages of pageSize bytes.
const (
	memoryPages = 1 << 14
	pageSize    = 1 << 16
)

// translation is the program in this processor's own code.
type translation struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// translated is the program in this processor's own code. The first caller begins
// the translation, which ends with the ctx of that caller; other callers wait
// until it is done or their own ctx ends.
func (m *Machine) translated(ctx context.Context) (translation, error) {
	m.begin.Do(func() {
		m.ready = make(chan struct{})
		go func() {
			defer close(m.ready)
			m.code, m.err = translate(ctx, m.tellf)
			m.tellf("")
		}()
	})
	select {
	case <-m.ready:
		return m.code, m.err
	case <-ctx.Done():
		return translation{}, context.Cause(ctx)
	}
}

// translate makes the program, and this processor's code of it.
func translate(ctx context.Context, tellf func(text.Phrase, ...any)) (translation, error) {
	cache := openCache()
	defer cache.lock()()
	program, err := loadProgram(ctx, cache, tellf)
	if err != nil {
		return translation{}, err
	}
	code, known := cache.code(program)
	if !known {
		tellf("translating the simulated machine for this processor, once")
	}
	return translateProgram(ctx, program, code)
}

// translateProgram makes this processor's code of any program, or finds it in
// the cache, which may be nil.
func translateProgram(ctx context.Context, program []byte, code wazero.CompilationCache) (translation, error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryPages)
	if code != nil {
		config = config.WithCompilationCache(code)
	}
	r := wazero.NewRuntimeWithConfig(ctx, config)
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	module, err := r.CompileModule(ctx, program)
	if err != nil {
		return translation{}, errors.Join(fmt.Errorf("translate the program: %w", err), r.Close(ctx))
	}
	return translation{r, module}, nil
}
