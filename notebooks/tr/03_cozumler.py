# %% [markdown]
# # Alıştırmalar: çözümler
#
# *Sinir Tarzı Transfer* bölümünün alıştırmalarına yanıtlar; her biri,
# dayandığı görüntüler ve sayılarla birlikte. Önce kendiniz yapın:
# [03_alistirmalar](03_alistirmalar.ipynb).
#
# In English: [../03_solutions.ipynb](../03_solutions.ipynb)
#
# Burada hepsi küçük, otuz kadar görüntü üretilir. İki çekirdeğe bunun için beş
# dakika yeter. Sayılar bu iki görüntünün, bu boyutun ve bu kadar adımın
# sayılarıdır; sizinkilerle ortak yanlarını bulmak size kalıyor.

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 80  # adım sayısı; kitapta 500
lr_decay_epoch = 8  # oran kaç adımda bir azalsın; kitapta 50
weights = None  # None: gerçek ağırlıkları bulur; 'random' dosya istemez

# %%
# %matplotlib inline
import io
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy
from IPython.display import Image, display

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons.measures import (
    gradient_norms,
    gradient_shares,
    yardstick,
)
from gluon_style.lessons.reconstruction import (
    content_only,
    reconstruct,
    style_only,
)
from gluon_style.sweeps import contact_sheet, sweep
from mxnet import autograd

PHOTO, PAINTING = 'sample:mountain-lake', 'sample:autumn-avenue'
ALL_FIVE = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']

settings = gs.Settings(
    width=image_shape[0],
    height=image_shape[1],
    epochs=num_epochs,
    lr_decay_epoch=lr_decay_epoch,
    weights=weights,
)
device = gs.try_gpu()
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
print(f'ağırlık: {used.source} {used.digest[:19]}'.rstrip())

# %% [markdown]
# ## Tek bir cetvel
#
# Katmanları ya da ağırlıkları farklı koşular kayıplarıyla karşılaştırılamaz:
# Her biri kendi cetveliyle ölçülmüştür. Bu yüzden aşağıdaki her görüntü, neyle
# yapılmış olursa olsun, aynı dört sayıyla ölçülür.
#
# * **içerik** ve **stil**: kitabın katmanlarıyla ve ağırlıklarıyla kitabın iki
#   kaybı. Küçükse görüntü fotoğrafa ya da tabloya yakındır.
# * **TV**: görüntünün gözle görülen hâlinin toplam varyasyonu, kitaptaki gibi:
#   komşular arasındaki ortalama fark. Düz bir görüntüde 0, siyah beyaz bir
#   dama tahtasında 1'dir.
# * **ince**: görüntünün gücünün yüksek frekanslardaki payı. Görüntüyü griye
#   çevirin, ortalamasını çıkarın, kalanı dalgaların (kosinüslerin) toplamı
#   olarak yazın. Piksellerin bir kenar boyunca gösterebileceği en yüksek
#   frekansın yarısından yukarısı yüksek sayılır: dört pikselden ince yapılar.
#
# TV de *ince* de gürültüyü ölçer, ama ikisi aynı ölçü değildir. TV görüntünün
# karşıtlığıyla büyür, *ince* büyümez: O, karşıtlığın nasıl paylaşıldığını
# sorar. Bakalım iki görüntü ve saf gürültü için ne diyorlar.

# %%
content_img = gs.read_image(gs.find_image(PHOTO))
style_img = gs.read_image(gs.find_image(PAINTING))


def small(img, shape=image_shape):
    """Görüntüyü istenen boyutta, [0, 1] aralığında döndür."""
    return gs.postprocess(gs.preprocess(img, shape)).asnumpy()


def two(value):
    """Sayıyı anlamlı iki basamakla yaz."""
    return f'{float(f"{value:.2g}"):g}'


def print_table(rows):
    """Her ad için cetvelin söylediklerini bir satıra yaz."""
    width = max(len(name) for name in rows)
    print(' ' * width + '   içerik    stil    TV   ince')
    for name, m in rows.items():
        print(
            f'{name:{width}}  {two(m["content"]):>7} {two(m["style"]):>7}'
            f'  {m["tv"]:.2f}  %{100 * m["fine"]:.0f}'
        )


photo, painting = small(content_img), small(style_img)
noise = numpy.random.RandomState(0).rand(*photo.shape)
ends = {
    name: yardstick(picture, content_img, style_img, net)
    for name, picture in [
        ('fotoğraf', photo),
        ('tablo', painting),
        ('gürültü', noise),
    ]
}
print_table(ends)

# %% [markdown]
# Gürültüde %80 çıkıyor, çıkması gerektiği gibi: Gürültünün gücü, frekansların
# oluşturduğu kareye eşit dağılır; yarıçapı kenarın yarısı kadar olan alçak
# frekanslar çeyrek dairesi bunun $\pi / 16 = 0.2$ kadarını kaplar. Tabloda,
# fırça darbeleri sayesinde, fotoğraftakinden daha çok ince yapı var. Demek ki
# ince yapı tek başına kusur değildir: Bu stildeki bir görüntüde aşağı yukarı
# tablodaki kadar bulunmalıdır.
#
# ## 1. alıştırma: başka katmanlar
#
# *Farklı içerik ve stil katmanları seçtiğinizde çıktı nasıl değişir?*
#
# ### Bir katman ne bilir
#
# Karıştırmadan önce her katmana ayrı ayrı soralım. Gürültüden başlıyoruz ve
# tek bir katmandaki öznitelikleri fotoğrafınkiler olan bir görüntü arıyoruz:
# stil yok, toplam varyasyon yok. Görüntüde fotoğraftan ne varsa bu katmandan
# gelmiştir.

# %%
content_ladder = ['conv1_2', 'conv2_2', 'conv3_4', 'conv4_4', 'conv5_1']


def caption(name, picture):
    """Görüntünün adını iki gürültü ölçüsüyle birlikte ver."""
    m = yardstick(picture, content_img, style_img, net)
    return f'{name}\nTV {m["tv"]:.2f}, ince %{100 * m["fine"]:.0f}'


def ask(img, questions):
    """Her soru için bir görüntü bul, asıl görüntüyle birlikte göster."""
    pictures = {'sorulan': small(img)}
    for name, question in questions.items():
        found = reconstruct(img, question)
        pictures[name] = gs.postprocess(found).asnumpy()
    titles = [caption(*item) for item in pictures.items()]
    return strip(list(pictures.values()), titles, columns=3, width=2.3)


ask(
    content_img,
    {layer: content_only(settings, layer) for layer in content_ladder},
)

# %% [markdown]
# `conv1_2` ile `conv3_4` arası, fotoğrafı bir gürültü perdesinin ardından da
# olsa kenar kenar hatırlıyor. `conv4_4`'te ağacın ve evin nerede olduğunu hâlâ
# görüyor, dağı da belki seçiyorsunuz, ama renkler artık fotoğrafınkiler değil.
# `conv5_1`'de ise bir zamanlar bir manzara olduğunu söylemek zor.
#
# İnce yapının payı `conv1_2`'de %18 iken derin katmanlarda %50'yi buluyor. Bir
# katmanın göremediği şey başta nasılsa öyle kalır; başta ise gürültü vardı.
# (Bir kısmı da sabırsızlıktandır: Derin katmanlara bundan çok adım gerekirdi.)
#
# **Ne öğreniyoruz?** Katman derinleştikçe tek tek pikseller hakkında daha az
# şey bilir ve gerisini başkalarına bırakır. Derin bir katman bu yüzden iyi bir
# içerik katmanıdır: Neyin nerede olduğunu söyler, nasıl boyandığına karışmaz.
# Toplam varyasyonsuz da yapamaz, çünkü gürültüyü görmez.
#
# Şimdi öteki yan: tablonun Gram matrislerini taşıyan görüntüler; önce bir
# katmanınkini, sonra iki katmanınkini, böyle böyle beşininkini birden. Neyin
# nerede duracağını söyleyen hiçbir şey yok.

# %%
ask(
    style_img,
    {
        f'{ALL_FIVE[0]} ... {layer}' if i else layer: style_only(
            settings, *ALL_FIVE[: i + 1]
        )
        for i, layer in enumerate(ALL_FIVE)
    },
)

# %% [markdown]
# Hiçbirinde ağaçlıklı yol yok: ne ortada bir patika ne de yanlarda ağaçlar.
# `conv1_1` tek başına renkli noktalar veriyor. `conv2_1`'den başlayarak bir
# yerde turuncu, bir yerde mavi lekeler beliriyor, her yeni katmanla da
# belirginleşiyor. Fırça darbelerini kumlanmanın altında aramak gerekiyor:
# Burada onu bastıran bir şey yok; ikinci katmandan sonra ölçüleri de pek
# oynamıyor.
#
# **Ne öğreniyoruz?** Gram matrisi yerleri unutmuş, birlikte görülenleri
# aklında tutmuştur. Renkler ilk katmanlardan, lekeler ve onların dokusu birkaç
# katmandan birden gelir.
#
# ### Üç içerik katmanı, üç stil katmanı takımı
#
# `sweep` her birleşim için bir görüntü üretir, `contact_sheet` onları bir
# sayfaya dizer. Komut satırındaki adı `gluon-style sweep`'tir. Biten her şey
# bir klasörde, burada `exercises` içinde saklanır: Hücreyi yeniden
# çalıştırırsanız hiçbir şey ikinci kez hesaplanmaz. Katmanların dışındaki her
# şey kitaptaki gibidir; kitabın kendi seçimi ortadaki gözdür.


# %%
def show_sheet(results, words):
    """Taramanın sayfasını göster; JPEG olarak, PNG üç kat büyük olur."""
    sheet = contact_sheet(results, cell_width=190, words=words)
    file = io.BytesIO()
    sheet.convert('RGB').save(file, 'jpeg', quality=60)
    display(Image(data=file.getvalue(), format='jpeg'))


def measure(results):
    """Taramanın her gözü için cetvelin söylediklerini ver."""
    return {
        tuple(cell.values.values()): yardstick(
            gs.read_image(cell.picture).asnumpy() / 255,
            content_img,
            style_img,
            net,
        )
        for cell in results
    }


layers = {
    'content_layers': [['conv2_2'], ['conv4_4'], ['conv5_1']],
    'style_layers': [ALL_FIVE[:2], ALL_FIVE, ALL_FIVE[3:]],
}
words = {
    'content': 'içerik',
    'style': 'stil',
    'TV': 'TV',
    'epochs': 'dönem',
    'losses without their weights': 'kayıplar ağırlıksız',
    'content_layers': 'içerik katmanı',
    'style_layers': 'stil katmanları',
    'content_weight': 'içerik ağırlığı',
    'tv_weight': 'TV ağırlığı',
}
by_layers = sweep(layers, settings, PHOTO, PAINTING, 'exercises')
show_sheet(by_layers, words)

# %%
row_names = ['conv2_2', 'conv4_4', 'conv5_1']
column_names = ['1 ve 2', 'beşi de', '4 ve 5']


def named(measured, rows, columns):
    """Taramanın gözlerine çizelgedeki ve grafikteki adlarını ver."""
    names = [(row, column) for row in rows for column in columns]
    return dict(zip(names, measured.values()))


def chart(measured, row_title, column_title):
    """Her gözün dört sayısını, satırlar yan yana, çubukla çiz."""
    rows, columns = (list(dict.fromkeys(i)) for i in zip(*measured))
    _, axes = plt.subplots(1, 4, figsize=(11, 2.6), layout='constrained')
    titles = {'content': 'içerik', 'style': 'stil', 'tv': 'TV'}
    titles['fine'] = 'ince (%)'
    for ax, (key, title) in zip(axes, titles.items()):
        unit = 100 if key == 'fine' else 1
        values = {name: unit * m[key] for name, m in measured.items()}
        for i, column in enumerate(columns):
            ax.bar(
                numpy.arange(len(rows)) + 0.27 * (i - 1),
                [values[row, column] for row in rows],
                width=0.25,
                label=column,
                color=['#9ecae1', '#4292c6', '#084594'][i],
            )
        ax.set_xticks(range(len(rows)), rows)
        ax.set(title=title, xlabel=row_title)
        if max(values.values()) > 20 * min(values.values()):
            ax.set_yscale('log')
        if key in ('tv', 'fine'):
            ax.axhline(unit * ends['fotoğraf'][key], color='#009e73', ls='--')
            ax.axhline(unit * ends['tablo'][key], color='#d55e00', ls='--')
    handles, labels = axes[0].get_legend_handles_labels()
    for name, colour in [('fotoğraf', '#009e73'), ('tablo', '#d55e00')]:
        handles += plt.plot([], [], '--', color=colour)
        labels.append(name)
    axes[3].legend(
        handles,
        labels,
        title=column_title,
        loc='center left',
        bbox_to_anchor=(1, 0.5),
        frameon=False,
    )


measured = named(measure(by_layers), row_names, column_names)
print_table({f'{row}, {column}': m for (row, column), m in measured.items()})
chart(measured, 'içerik katmanı', 'stil katmanları')

# %% [markdown]
# Sayfayı önce **soldan sağa** okuyun; orada stil katmanları değişiyor.
#
# * Yalnız 1. ve 2. katmanla görüntü tablonun renklerini alıyor ve her satırda,
#   beş katmanla olduğundan daha yakın kalıyor fotoğrafa. Daha da sakin: TV ve
#   *ince*, satırlarının en küçükleri.
# * Yalnız 4. ve 5. katmanla tablonun renkleri ortada yok. Stil sayısı, beş
#   katmanla çıkanın on katından çok; içerik katmanı `conv5_1` olunca 100:
#   koşunun başladığı fotoğrafınkinin iki katından fazla. TV ve *ince*,
#   satırlarının en büyükleri.
#
# Şimdi **yukarıdan aşağıya**; orada içerik katmanı değişiyor. `conv4_4`'ten
# `conv5_1`'e geçince görüntü fotoğraftan daha azını koruyor; yukarıdaki
# görüntüler bunu bekletiyordu. Ama en büyük *içerik* sayısı `conv2_2`'de, oysa
# pencereli evler de yalnız onun satırında. Kim haklı, sayı mı göz mü?
#
# İkisi de. Cetvel içeriği `conv4_4`'ten okur, bu yüzden `conv4_4`'ün
# gördüklerini iyi görür. Bir de fark etmeden değiştirdiğimiz bir şey var.
# Fotoğraf ile tablo her katmanda birbirinden ne kadar uzak?


# %%
def content_features(img):
    """Her katmanın bir görüntü için verdiğini döndür."""
    X = gs.preprocess(img, image_shape).copyto(device)
    features, _ = gs.extract_features(X, net, content_ladder, [])
    return dict(zip(content_ladder, features))


of_photo, of_painting = map(content_features, (content_img, style_img))
apart = {
    layer: float(gs.content_loss(of_painting[layer], of_photo[layer]))
    for layer in content_ladder
}
for layer, loss in apart.items():
    print(f'{layer}  {loss:6.3g}')

# %% [markdown]
# Aynı iki görüntü için `conv2_2`'nin içerik kaybı küçük, `conv4_4`'ünki büyük
# bir sayıdır. Demek ki aynı ağırlık, yani 1, birinde az, ötekinde çok şey
# ifade eder. Adil bir karşılaştırmada ağırlık bu farkı gidermelidir.
# Fotoğraftan neyin yitirildiğini de iki katmanda birden, fotoğraf ile tablo
# arasındaki uzaklığın yüzdesi olarak ölçelim.

# %%
ratio = apart['conv4_4'] / apart['conv2_2']
fair_weight = float(f'{ratio:.2g}')
print(f'conv2_2 için içerik ağırlığı: {fair_weight:g}')
(fair,) = sweep(
    {'content_layers': [['conv2_2']]},
    replace(settings, content_weight=fair_weight),
    PHOTO,
    PAINTING,
    'exercises',
)
compared = {
    'conv2_2': by_layers[1],
    f'conv2_2, ağırlık {fair_weight:g}': fair,
    'conv4_4': by_layers[4],
}
pictures = {}
print(' ' * 20 + '  yitirilen (%):')
print('içerik katmanı        conv2_2  conv4_4   stil')
for name, cell in compared.items():
    img = gs.read_image(cell.picture)
    pictures[name] = img.asnumpy() / 255
    style = yardstick(pictures[name], content_img, style_img, net)['style']
    found = content_features(img)
    lost = [
        100 * float(gs.content_loss(found[layer], of_photo[layer])) / far
        for layer, far in apart.items()
        if layer in ('conv2_2', 'conv4_4')
    ]
    print(f'{name:20}      %{lost[0]:.0f}      %{lost[1]:.0f}  {style:5.2g}')
strip(list(pictures.values()), list(pictures))

# %% [markdown]
# Büyütülmüş ağırlıkla `conv2_2`, tabloya aşağı yukarı kitabınki kadar uzak bir
# görüntü veriyor. Bu ikisi artık karşılaştırılabilir ve her biri kendisinden
# isteneni koruyor: biri çizgileri, pencereleri ve tonları, öteki kendi
# fırçasıyla yeniden boyanmış nesneleri. `conv4_4`'ün görüntüsü, `conv2_2`'nin
# gördüklerinin çoğunu yitirmiş.
#
# **Ne öğreniyoruz?**
#
# * Sığ bir içerik katmanı deseni korur, tabloya yalnız boyamayı bırakır. Derin
#   bir katman nesneleri korur, onları yeniden boyatır.
# * Renkleri sığ stil katmanları taşır. Onlar olmadan stilin rengi yoktur.
# * Katman değiştiren, ağırlık da değiştirir. Yalnız karşılaştırılabilecek
#   olanı karşılaştırın ve cetvelin de kendi katmanı olduğunu unutmayın.
#
# ## 2. alıştırma: başka ağırlıklar
#
# *Kayıp işlevindeki ağırlık hiperparametrelerini ayarlayın. Çıktıda daha fazla
# içerik mi yoksa daha az gürültü mü var?*
#
# Üç ağırlıktan yalnız ikisi gereklidir. Üçü de aynı sayıyla çarpılırsa gradyan
# da o sayıyla çarpılır; Adam ise gradyanı kendi büyüklüğüne böler. Bunu
# sınamak için bütün ağırlıkları on katına çıkarıp bir adım atalım. (Çok adımda
# iki koşu birbirinden ayrılır; bir yuvarlama kadar farklı her iki koşu gibi:
# [02_iki_sekme](02_iki_sekme.ipynb).)

# %%
step = replace(settings, epochs=1)
tenfold = replace(step, content_weight=10, style_weight=1e4, tv_weight=100)
once, ten_times = (
    255 * gs.postprocess(gs.run(content_img, style_img, i)).asnumpy()
    for i in (step, tenfold)
)
moved = numpy.abs(once - 255 * photo).mean()
difference = numpy.abs(once - ten_times).mean()
print(f'adım bir değeri 255 gri düzeyin {moved:.0f} kadarı oynattı')
print(
    'aralarındaki fark bir düzeyin onda birinden az:', bool(difference < 0.1)
)

# %% [markdown]
# O hâlde stil ağırlığı olduğu gibi kalsın, öteki ikisini değiştirelim: kitabın
# içerik ağırlığının beşte biri, kendisi ve beş katı; toplam varyasyonun hiçi,
# kitaptaki kadarı ve on katı.

# %%
balance = {'content_weight': [0.2, 1, 5], 'tv_weight': [0, 10, 100]}
by_weights = sweep(balance, settings, PHOTO, PAINTING, 'exercises')
show_sheet(by_weights, words)

# %%
measured = named(measure(by_weights), ['0.2', '1', '5'], ['0', '10', '100'])
print_table(
    {
        f'içerik ağırlığı {row}, TV ağırlığı {column}': m
        for (row, column), m in measured.items()
    }
)
chart(measured, 'içerik ağırlığı', 'TV ağırlığı')

# %% [markdown]
# **Daha çok içerik mi?** Evet, daha büyük bir içerik ağırlığıyla. Beşte
# birinden beş katına çıkınca *içerik*, her sütunda üçte birinin altına iniyor.
# Bedelini tablo ödüyor: *stil* en az üç katına çıkıyor. Gürültü ise azalmıyor:
# TV ağırlığı 10 iken TV de *ince* de içerik ağırlığının en büyük olduğu yerde
# en büyük.
#
# **Daha az gürültü mü?** Evet, daha büyük bir TV ağırlığıyla. 0'dan 100'e
# çıkınca TV her satırda üçte birinin altına, *ince* yaklaşık beşte ikisine
# iniyor. Bu, içerik ve stil bakımından neredeyse bedava; içerik ağırlığı 1 ya
# da 5 iken iki sayı iyileşiyor bile. Eklenen bir terim ötekileri nasıl
# iyileştirebilir? İyileştiremez. Eniyileyicinin vardığı yeri sayfa gösteriyor:
# Orada her satırın içerik ve stil kayıpları sağ sütunda, sol sütundakinden
# biraz büyük. Ama eniyileyicinin pikselleri gösterilebilecek aralığın dışına
# taşabilir; cetvel ise gösterileni, yani kırpılmış olanı ölçer. Kırpmadan en
# çok, gürültü dolu bir görüntü zarar görür.
#
# **Gürültü ne kadar azsa o kadar mı iyi?** Sağ sütuna bakın: mozaik. Oradaki
# yaklaşık %10'luk *ince*, tablonun %19'unun yarısı. Fırça darbeleri de ince
# yapıdır ve toplam varyasyon onları gürültüden ayıramaz. Toplam varyasyon
# olmadan pay tablonunkinin üzerinde; kitabın ağırlıklarıyla, %14 ile, altında.
#
# **İkisi birden mi?** Evet: İçerik ağırlığı 5, TV ağırlığı 100 olan görüntüde
# *içerik* kitabınkinin yarısından az, TV de daha küçük. *Stil* ise
# kitabınkinin iki katından çok. Bir şeyden vazgeçmek gerekir; burada
# vazgeçilen tablodur.
#
# ### Pikselleri kim çekiyor
#
# Bir terimin ne kadar söz hakkı olduğunu ağırlığı söylemez. Gradyanı söyler:
# Pikselleri oynatan odur. Aşağıda kitabın koşusu bir kez daha, kendi döngüsü
# olarak var; arada bir her terimin gradyanı tek başına alınıp uzunluğu not
# ediliyor.

# %%
content_X, contents_Y = gs.get_contents(content_img, net, image_shape, device)
_, styles_Y = gs.get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, trainer = gs.get_inits(
    content_X, device, settings.lr, styles_Y
)
watched = {}
for epoch in range(1, num_epochs + 1):
    if epoch in (1, 2, 5) or epoch % 10 == 0:
        norms = gradient_norms(X, net, contents_Y, styles_Y_gram)
        watched[epoch] = gradient_shares(norms)
    with autograd.record():
        features = gs.extract_features(X, net)
        *_, l = gs.compute_loss(X, *features, contents_Y, styles_Y_gram)
    l.backward()
    trainer.step(1)
    if epoch % lr_decay_epoch == 0:
        trainer.set_learning_rate(trainer.learning_rate * settings.lr_decay)

# %%
terms = {'content': 'içerik', 'style': 'stil'}
names = {
    name: ' '.join(terms.get(word, word) for word in name.split())
    for name in norms
}
colours = ['#222222', '#fdd0a2', '#fdae6b', '#fd8d3c', '#e6550d', '#a63603']
_, ax = plt.subplots(figsize=(7.5, 3), layout='constrained')
places = range(len(watched))
below = numpy.zeros(len(watched))
for name, colour in zip(names, [*colours, '#0072b2']):
    heights = [100 * shares[name] for shares in watched.values()]
    ax.bar(places, heights, bottom=below, color=colour, label=names[name])
    below += heights
ax.set_xticks(places, list(watched))
ax.set(
    xlabel='şu adımdan önce', ylabel='gradyanlardaki pay (%)', ylim=(0, 100)
)
ax.legend(
    loc='center left', bbox_to_anchor=(1, 0.5), reverse=True, frameon=False
)
for epoch in (min(watched), max(watched)):
    print(f'{epoch}. adımdan önce:', end=' ')
    print(
        ', '.join(
            f'{names[name]} %{100 * share:.0f}'
            for name, share in watched[epoch].items()
        )
    )

# %% [markdown]
# İlk adımdan önce görüntü, fotoğrafın kendisidir: İçerik kaybı 0'dır, gradyanı
# da öyle, ağırlığı ne olursa olsun. Neredeyse bütün çekişi iki stil katmanı,
# `conv5_1` ile `conv1_1` üstleniyor. Bir adım sonra sığ stil katmanları
# birlikte en güçlü durumda, içerik de uyanmış. Sonunda iki taraf kalıyor:
# aşağı yukarı eşit güçte içerik ile `conv5_1`. Sığ stil katmanları doymuş.
#
# Beş stil katmanının ağırlığı aynı, ama söz hakkının çoğu birinde. Toplam
# varyasyonun payı ise başta %1, sonda %2; oysa gördüğümüz gibi, ağırlığı 0 ya
# da 100 olunca ortaya başka bir görüntü çıkıyor. Bizce nedeni şu: Kısa bir
# çekiş bile, karşı çeken olmadığı yerde önemlidir.
#
# **Ne öğreniyoruz?** Ağırlık bir fiyattır, pay değil. Bir terimin ne yaptığını
# bilmek isteyen, gradyanına ve onsuz çıkan görüntüye bakmalıdır.
#
# ## 3. alıştırma: başka görüntüler
#
# *Farklı içerik ve stil görüntüleri kullanın. Sentezlenmiş daha ilginç
# görüntüler oluşturabilir misiniz?*
#
# Neyin ilginç olduğuna siz karar verirsiniz; o yüzden kendi görüntülerinizi
# alın: Bu not defterinde her ad bir dosya yolu da olabilir, `PHOTO =
# 'tatil/sahil.jpg'` gibi. Ölçülebilecek olan, hangi çiftlerin iyi uyuştuğudur.
# Aşağıda paketin örnekleri ile kitabın çifti çaprazlanıyor. Kitabın
# görüntüleri bir kez indirilir; edinilemeyen dışarıda kalır.


# %%
def at_hand(names):
    """Burada olan ya da indirilebilen görüntüleri tut."""
    found = []
    for name in names:
        try:
            gs.find_image(name)
            found.append(name)
        except gs.StyleError:
            print(f'{name} burada yok ve indirilemiyor')
    return found


pairs = {
    'content': at_hand([PHOTO, 'book:rainier']),
    'style': at_hand([PAINTING, 'book:autumn-oak']),
}
by_images = sweep(pairs, settings, folder='exercises')
show_sheet(by_images, words)

# %%
rows = {}
for cell in by_images:
    pair = [
        gs.read_image(gs.find_image(i)) for i in (cell.content, cell.style)
    ]
    picture = gs.read_image(cell.picture).asnumpy() / 255
    before, goal = (small(img, picture.shape[1::-1]) for img in pair)
    rows[', '.join(cell.values.values())] = [
        yardstick(i, *pair, net) for i in (before, picture, goal)
    ]
width = max(len(name) for name in rows)
print(' ' * width, '   stil             ince')
print(' ' * width, '    önce  sonra      önce  sonra     tablo')
for name, (before, after, goal) in rows.items():
    print(
        f'{name:{width}}    {before["style"]:6.2g}  {after["style"]:5.2g}'
        f'       %{100 * before["fine"]:.0f}    %{100 * after["fine"]:.0f}'
        f'       %{100 * goal["fine"]:.0f}'
    )

# %% [markdown]
# Dört çiftte de fotoğrafın stil uzaklığından yaklaşık yirmide biri kalıyor, %4
# ile %6 arası. Ağaçlıklı yol, iki satırda da meşelerden daha yakından taklit
# ediliyor. Koşudan sonraki *ince* tabloyu izliyor: Fotoğraftakinden yüksek,
# tablodakinden düşük; darbeleri daha ince olan meşelerle, fotoğraf hangisi
# olursa olsun, ağaçlıklı yolla olduğundan yüksek.
#
# **Ne öğreniyoruz?** Sonucun ne kadar ince olacağına tablo, neyin görüneceğine
# fotoğraf karar verir. Darbeler görüntünüz için fazla kaba ya da fazla ince
# kaçıyorsa darbeleri başka olan bir tablo ya da başka bir görüntü boyutu
# seçin. Göl fotoğrafı gibi büyük ve belirgin biçimleri olan bir fotoğraf,
# Rainier gibi çok sayıda küçük biçimi olandan daha iyi dayanıyor yabani bir
# stile. Bu son cümle bizim gördüğümüzdür; dört sayımızın hiçbiri bunu
# söylemiyor.
#
# Kendi görüntülerinizi komut satırında deneyin:
#
# ```
# gluon-style sweep --grid content=sahil.jpg,book:rainier \
#     --grid style=sample:autumn-avenue,book:autumn-oak \
#     --width 150 --epochs 80 --lr-decay-epoch 8 -o sayfam
# ```
#
# ## 4. alıştırma: başka veriler
#
# *Metin için stil aktarımı uygulanabilir mi?* 04 numaralı derse bakın.
