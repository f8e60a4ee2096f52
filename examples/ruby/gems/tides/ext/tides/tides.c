#include <math.h>
#include <ruby.h>

static VALUE height(VALUE self, VALUE range, VALUE hour) {
  return DBL2NUM(NUM2DBL(range) / 2 * (1 + cos(NUM2DBL(hour) / 12.42 * 2 * M_PI)));
}

void Init_tides(void) {
  rb_define_singleton_method(rb_define_module("Tides"), "height", height, 2);
}
