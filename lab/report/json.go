package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"reflect"

	"echolab/lab/result"
)

// writeJSON writes the report in the form of schema lab.report/1.
func writeJSON(w *bytes.Buffer, r *result.Report, _ Options) error {
	return encode(w, filled(reflect.ValueOf(r)).Interface())
}

// JSON is a report, or a part of one, as its schema wants it, in one line.
func JSON(v any) (json.RawMessage, error) {
	var one bytes.Buffer
	e := json.NewEncoder(&one)
	e.SetEscapeHTML(false)
	err := e.Encode(filled(reflect.ValueOf(v)).Interface())
	return bytes.TrimSpace(one.Bytes()), err
}

// encode writes JSON to be read by people too.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// filled is a copy in which every list and map exists, as the schema wants it,
// and every number is one that JSON can write, which knows no infinities: a value
// becomes a word, a bound of an open range and a spread are left out.
func filled(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			break
		}
		c.Set(reflect.New(v.Type().Elem()))
		c.Elem().Set(filled(v.Elem()))
	case reflect.Slice:
		c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			c.Index(i).Set(filled(v.Index(i)))
		}
	case reflect.Map:
		c.Set(reflect.MakeMap(v.Type()))
		for key, inner := range v.Seq2() {
			if whole, ok := finite(inner); ok {
				c.SetMapIndex(key, filled(whole))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			c.Field(i).Set(filled(v.Field(i)))
		}
	}
	return c
}

// finite is what to write in the place of a value in a map, if anything.
func finite(v reflect.Value) (reflect.Value, bool) {
	switch inner := v.Interface().(type) {
	case float64:
		return v, isFinite(inner)
	case result.Spread:
		return v, isFinite(inner.Min) && isFinite(inner.Max)
	case result.Value:
		if inner.Word == "" && !isFinite(inner.Number) {
			return reflect.ValueOf(result.Word("not a number")), true
		}
	}
	return v, true
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
