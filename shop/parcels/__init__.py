"""What becomes of a paid order: it leaves in parcels and arrives, or whoever placed it calls it off before that."""
