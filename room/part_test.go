package room

import (
	"reflect"
	"testing"
)

// A part that same calls equal is equal: a field that somebody adds and same
// does not look at would never reach a page.
func TestSameLooksAtEveryField(t *testing.T) {
	looksAtAll(t, Session{Order: []Step{StepTopic}, Goodbyes: []string{"River"}})
	looksAtAll(t, Round{Passed: []int{1}, Later: []int{2}})
	looksAtAll(t, Middle{Quiet: &Quiet{}})
	looksAtAll(t, Attendance{People: []Visit{{}}})
}

func looksAtAll[T any, P part[T]](t *testing.T, value T) {
	t.Helper()
	for i := range reflect.TypeFor[T]().NumField() {
		other := value
		f := reflect.ValueOf(&other).Elem().Field(i)
		switch f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString("x")
		case reflect.Int, reflect.Int64:
			f.SetInt(9)
		default:
			f.SetZero()
		}
		if P(&value).same(&other) {
			t.Errorf("%T: same does not look at %s", value, reflect.TypeFor[T]().Field(i).Name)
		}
	}
	again := value
	if !P(&value).same(&again) {
		t.Errorf("%T is not the same as itself", value)
	}
}
