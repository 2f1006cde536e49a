namespace Batchwise.Lab;

/// <summary>
/// What the paper's Figure 4 says of BN-Inception on ImageNet's 50,000 validation images: shares of top-1 and top-5 errors. One crop is of one
/// network; of 144 crops, and of six networks, class probabilities are averaged.
/// </summary>
static class PaperFigure4
{
    public const int Images = 50_000;
    public const int Crops = 144;
    public const int Networks = 6;
    public const double OneCropTop1 = 0.252;
    public const double OneCropTop5 = 0.0782;
    public const double SingleTop1 = 0.2199;
    public const double SingleTop5 = 0.0582;
    public const double EnsembleTop1 = 0.201;
    public const double EnsembleTop5 = 0.049;
}
