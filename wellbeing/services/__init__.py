"""Use cases: function(ctx, viewer, ...) to frozen data. Each checks the viewer."""
