# %% [markdown]
# # Kitaptaki gibi
#
# *Derin Öğrenmeye Dalış* kitabının
# [Sinir Tarzı Transfer](https://tr.d2l.ai/chapter_computer-vision/neural-style.html)
# bölümü önünüzde açık; orada yazanı yazıp çalıştırmak istiyorsunuz. Bugünkü
# bir bilgisayarda iş daha ilk satırda tıkanır: Kitabın `d2l` paketi kurulmaz,
# MXNet'in ağırlıkları istediği sunucu da artık yanıt vermeyebilir.
# `gluon_style` ile bölümün **MXNet sekmesindeki** hücreler, tek bir satır
# dışında, basıldıkları gibi çalışır. Hangi satır olduğunu ve onun yerine ne
# geldiğini bu not defteri gösteriyor.
#
# In English: [../00_the_book_as_printed.ipynb](../00_the_book_as_printed.ipynb)

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 60  # adım sayısı; kitapta 500
lr_decay_epoch = 6  # öğrenme oranı kaç adımda bir azalsın; kitapta 50
weights = None  # None: gerçekleri; onlarsız denemek için 'random'

# %% [markdown]
# ## Değişecek satır
#
# Kitapta
#
# ```python
# from d2l import mxnet as d2l
# ```
#
# yazan yere aşağıdaki ilk içe aktarmayı yazın. Geri kalan her şey, `mxnet`'ten
# yapılan içe aktarmalar da dahil, olduğu gibi kalabilir. Yalnız sıra önemli:
# Makineyi MXNet'e bu satır hazırlar, ötekiler ondan sonra gelmelidir.

# %%
# %matplotlib inline
from gluon_style import d2l
from mxnet import autograd, gluon, image, np, npx

npx.set_np()

# %% [markdown]
# ## Adların arkasında ne var
#
# | kitapta | burada |
# |---|---|
# | `d2l.Animator`, `d2l.try_gpu` | paketin kendi `Animator`'ı ile `try_gpu`'su |
# | `d2l.size`, `reshape`, `matmul`, `abs` | d2l'deki gibi, MXNet dizileri için tek satırlık işlevler |
# | `d2l.plt`, `set_figsize` | matplotlib'in pyplot'u ve şekillerinin boyu |
# | `d2l.Image` | kitabın PyTorch sekmesindeki gibi Pillow |
# | `image.imread` | MXNet'inki; o klasör olmasa da `'../img/rainier.jpg'` bulunur |
# | `vgg19(pretrained=True)` | model deposunun ağı, bugün bulunabilen ağırlıklarla |
#
# Son ikisi MXNet'in kendi işlevleridir; `d2l` içe aktarılınca değişirler, ama
# yalnız bu süreçte ve yalnız bu iki çağrı için. Başka her çağrı eskisi gibi
# MXNet'e gider. Öteki bölümlerin adları burada yoktur, sorarsanız söyler:

# %%
try:
    d2l.Timer()
except AttributeError as error:
    print(error)

# %% [markdown]
# ## Görüntüler
#
# Bölümün iki görüntüsü kitaba aittir. Basılı yolda bir dosya yoksa bir kez
# indirilir ve saklanırlar. Bu not defteri internetsiz de çalışsın diye paketle
# gelen iki görüntüyü kullanıyor.

# %%
from gluon_style import find_image

content_img = image.imread(str(find_image('sample:mountain-lake')))
style_img = image.imread(str(find_image('sample:autumn-avenue')))
d2l.set_figsize()
axes = d2l.show_images(
    [content_img, style_img], 1, 2, titles=['içerik', 'stil'], scale=2.5
)

# %% [markdown]
# ## Ağırlıklar
#
# `pretrained=True`, paketin her yerde baktığı yerlere bakar: Önce
# `GLUON_STYLE_WEIGHTS` ortam değişkeninin gösterdiği dosyaya, sonra model
# deposunun bu makinedeki dosyasına; o da yoksa indirir (575 MB, bir kez).
# Haber vermeden başka bir şeyle yetinmez. Ne aldığını standart hata akışına
# bir satırla yazar, `weights_used` da aynı şeyi söyler.
#
# Yalnızca evrişimler yüklenir. Bölüm ağı tam bağlı katmanlara gelmeden çok önce
# keser; burada o katmanlardan birini çağıran, ağırlığı olmadığını öğrenir.

# %%
pretrained_net = gluon.model_zoo.vision.vgg19(pretrained=weights is None)
if weights is None:
    used = pretrained_net.weights_used
    print(f'ağırlıklar: {used.source} {used.digest[:19]}')
else:
    pretrained_net.initialize()
    print('Ağırlıklar rastgele: renk bekleyin, ama fırça izi beklemeyin')

# %% [markdown]
# ## Sizin hücreleriniz, paketin işlevleri
#
# Bölümün yol boyunca tanımladığı her şey `gluon_style`'da da aynı adla vardır;
# yalnız orada global değişken olan, burada argümandır. Böylece ikisini yan yana
# koyabilirsiniz. İşte bölümün `d2l` işlevleriyle yazılmış bir Gram matrisi ve
# yanında `gluon_style.gram`:

# %%
from gluon_style import gram


def my_gram(X):
    """Kanalların iç çarpımları, değer sayısına bölünmüş."""
    rows = d2l.reshape(X, (X.shape[1], -1))
    return d2l.matmul(rows, rows.T) / d2l.size(X)


X = np.arange(120).reshape(1, 4, 5, 6) / 120
difference = float(d2l.abs(my_gram(X) - gram(X)).max())
print(f'en büyük fark: {difference:.0e}')

# %% [markdown]
# ## Kısa bir koşu
#
# Bölümdekine benzer bir eğitim döngüsü; gerisi paketten. `Animator` kitaptaki
# gibi kullanılıyor: Bir panelde eğriler var, öbürüne siz çizersiniz, `add` da
# şekli gösterir.

# %%
from gluon_style import (
    compute_loss,
    extract_features,
    get_contents,
    get_inits,
    get_styles,
    postprocess,
)

device = d2l.try_gpu()
net = pretrained_net.features[:29]  # conv5_1'e kadar
net.collect_params().reset_ctx(device)
start, contents_Y = get_contents(content_img, net, image_shape, device)
_, styles_Y = get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, trainer = get_inits(start, device, 0.9, styles_Y)
animator = d2l.Animator(
    xlabel='dönem',
    ylabel='kayıp',
    xlim=[1, num_epochs],
    ylim=[0, 20],
    legend=['içerik', 'stil', 'TV'],
    ncols=2,
    figsize=(7, 2.5),
)
for epoch in range(1, num_epochs + 1):
    with autograd.record():
        features = extract_features(X, net)
        losses = compute_loss(X, *features, contents_Y, styles_Y_gram)
    losses[-1].backward()
    trainer.step(1)
    if epoch % lr_decay_epoch == 0:
        trainer.set_learning_rate(0.8 * trainer.learning_rate)
    if epoch % 5 == 0:
        content_l, style_l, tv_l = sum(losses[0]), sum(losses[1]), losses[2]
        animator.axes[1].imshow(postprocess(X).asnumpy())
        animator.add(epoch, [float(content_l), float(style_l), float(tv_l)])

# %% [markdown]
# ## Buradan sonra
#
# * Kitaptaki görüntünün kendisi, kitabın boyutunda ve 500 dönemle; hangi
#   kayıpları beklemeli: [docs/reproduce.md](../../docs/reproduce.md) (İngilizce).
# * İşlevler ne hesaplar, neden:
#   [01_sinir_tarzi_transfer](01_sinir_tarzi_transfer.ipynb).
# * Kitabın bir de PyTorch sekmesi var ve orada başka bir görüntü çıkıyor;
#   nedenini [02_iki_sekme](02_iki_sekme.ipynb) araştırıyor.
