-- Figures in points: the full score in hundredths, NULL for a percentage (ADR 0010).
ALTER TABLE observations ADD COLUMN full_score INTEGER CHECK (full_score BETWEEN 1 AND 1000000);
ALTER TABLE published_averages ADD COLUMN full_score INTEGER CHECK (full_score BETWEEN 1 AND 1000000);
